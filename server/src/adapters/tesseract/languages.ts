import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { LanguageData } from '../../children/reader-messages.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';

/** Folder of the best models with integer weights, which the LSTM-only engine requires. */
const DATA_FOLDER = '4.0.0_best_int';
const PACKAGE_SCOPE = '@tesseract.js-data';
const requireModule = createRequire(import.meta.url);

/** Returns how to install a language: next to the English data if that is installed. */
function toInstallRemedy(code: string): string {
  try {
    const folder = dirname(requireModule.resolve(`${PACKAGE_SCOPE}/eng/package.json`));
    const installFolder = folder.slice(0, folder.lastIndexOf(`${sep}node_modules${sep}`));
    return `Run: npm install --no-save --prefix "${installFolder}" ${PACKAGE_SCOPE}/${code}`;
  } catch {
    return 'This installation has no text recognition. Reinstall Goldfish with all its packages, or set screenText.enabled to false.';
  }
}

/** Finds the data of a language among the installed packages. Rejects with ModelUnavailableError. */
export async function findLanguageData(code: string): Promise<LanguageData> {
  // The code becomes part of a path, so it is checked first.
  if (!/^[A-Za-z]{2,4}(_[A-Za-z]{2,12}){0,2}$/.test(code)) {
    throw new ModelUnavailableError(
      `Unknown language "${code}" in screenText.languages.`,
      'Use Tesseract codes such as eng, deu or chi_sim.',
    );
  }
  try {
    const folder = join(dirname(requireModule.resolve(`${PACKAGE_SCOPE}/${code}/package.json`)), DATA_FOLDER);
    await access(join(folder, `${code}.traineddata.gz`));
    return { code, folder };
  } catch (cause) {
    throw new ModelUnavailableError(
      `Cannot read text on screen in "${code}": its language data is not installed.`,
      toInstallRemedy(code),
      { cause },
    );
  }
}
