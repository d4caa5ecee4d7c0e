import { formatTimestamp } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { toSubtitleCues } from './subtitle-cues.ts';

/**
 * Escapes the text of a cue. SubRip has no escapes, but players read tags. An invisible word joiner prevents `<b>` and
 * `{\an8}` from being read as tags.
 */
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
