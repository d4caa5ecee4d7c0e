import { cuesOf } from './cues.ts';
import { longClock } from './plain.ts';
import type { Selection } from './selection.ts';

/** SubRip has no escapes, yet players read tags: an invisible word joiner keeps `<b>` and `{\an8}` from being ones. */
function harmless(text: string): string {
  return text.replaceAll('-->', '→').replace(/[<{]/g, '$&\u2060');
}

export function writeSrt(selection: Selection): string {
  return cuesOf(selection)
    .map(({ startMs, endMs, text }, at) =>
      [`${at + 1}`, `${longClock(startMs, ',')} --> ${longClock(endMs, ',')}`, harmless(text), ''].join('\n'),
    )
    .join('\n');
}
