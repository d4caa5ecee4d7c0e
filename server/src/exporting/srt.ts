import { formatTimestamp } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { toSubtitleCues } from './subtitle-cues.ts';

/** SubRip has no escapes, yet players read tags: an invisible word joiner keeps `<b>` and `{\an8}` from being ones. */
function escapeCueText(text: string): string {
  return text.replaceAll('-->', '→').replace(/[<{]/g, '$&\u2060');
}

export function writeSrt(selection: ExportSelection): string {
  return toSubtitleCues(selection)
    .map(({ startMs, endMs, text }, index) =>
      [
        `${index + 1}`,
        `${formatTimestamp(startMs, ',')} --> ${formatTimestamp(endMs, ',')}`,
        escapeCueText(text),
        '',
      ].join('\n'),
    )
    .join('\n');
}
