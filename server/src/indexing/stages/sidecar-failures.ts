import type { Uri } from '../../core/domain/time-range.ts';
import type { MediaFailure } from '../../core/errors/media-failure.ts';

/** Maximum number of failures in one message. */
const MAX_NAMED_FAILURES = 5;

/** Merges the failures of several sidecars into one that names them; undefined for none. */
export function mergeFailures(failures: readonly MediaFailure[]): MediaFailure | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const reasons = failures.slice(0, MAX_NAMED_FAILURES).map(({ reason }) => reason);
  const moreCount = failures.length - reasons.length;
  const more = moreCount === 0 ? [] : [`And ${moreCount} more subtitle files.`];
  const remedies = new Set(failures.map(({ remedy }) => remedy));
  return { kind: first.kind, reason: [...reasons, ...more].join(' '), remedy: [...remedies].join(' ') };
}

/** Returns the name of a file for display. */
export function toReadableName(uri: Uri): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
