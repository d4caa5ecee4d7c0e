import { OutputError } from '../base/atomic-output.ts';
import { fileUriToPath } from '../base/file-uri.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { RequestError } from '../library.ts';

/** Returns the path of an output file. Throws `invalid` if it is not UTF-8. */
export function outputPath(uri: Uri): string {
  const path = fileUriToPath(uri);
  if (typeof path === 'string') return path;
  throw new RequestError(
    'invalid',
    'The name of the output file or its folder is not valid UTF-8.',
    'Choose another file.',
    uri,
  );
}

/** Converts an OutputError to a RequestError. Rethrows other errors unchanged. */
export function rethrowOutput(uri: Uri): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof OutputError)) throw error;
    const kind = error.kind === 'unwritable' ? 'unavailable' : 'invalid';
    throw new RequestError(kind, error.message, error.remedy, uri);
  };
}

/** Rejects with RequestError if writing to a file would harm the index or what it was made from. */
export async function assertMayWrite(guard: GuardOutput, uri: Uri): Promise<void> {
  await guard(outputPath(uri)).catch(rethrowOutput(uri));
}
