import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { LanguageData } from '../../children/reader-messages.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';

/** The best models with integer weights: what the LSTM-only engine takes. */
const DATA_FOLDER = '4.0.0_best_int';
const SCOPE = '@tesseract.js-data';
const requireModule = createRequire(import.meta.url);

/** What brings a language: into the folder above the node_modules that English came with, where that is here. */
function toInstallRemedy(code: string): string {
  try {
    const folder = dirname(requireModule.resolve(`${SCOPE}/eng/package.json`));
    const installFolder = folder.slice(0, folder.lastIndexOf(`${sep}node_modules${sep}`));
    return `Run: npm install --no-save --prefix "${installFolder}" ${SCOPE}/${code}`;
  } catch {
    return 'This install of Goldfish came without text recognition: install it with its libraries, or set screenText.enabled to false.';
  }
}

/** Finds the data of one language among the installed packages; rejects with UnavailableError. */
export async function findLanguageData(code: string): Promise<LanguageData> {
  // The code becomes part of a path.
  if (!/^[A-Za-z]{2,4}(_[A-Za-z]{2,12}){0,2}$/.test(code)) {
    throw new ModelUnavailableError(
      `"${code}" is no language of screen text.`,
      'Set screenText.languages to names such as eng, deu or chi_sim.',
    );
  }
  try {
    const folder = join(dirname(requireModule.resolve(`${SCOPE}/${code}/package.json`)), DATA_FOLDER);
    await access(join(folder, `${code}.traineddata.gz`));
    return { code, folder };
  } catch (cause) {
    throw new ModelUnavailableError(
      `Screen text in "${code}" cannot be read: its language data is not installed.`,
      toInstallRemedy(code),
      { cause },
    );
  }
}
