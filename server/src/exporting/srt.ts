import { formatTimestamp } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { toSubtitleCues } from './subtitle-cues.ts';
import type { Subtitle } from './subtitle-layout.ts';

/**
 * Escapes the text of a cue. SubRip has no escapes, but players read tags. An invisible word joiner prevents `<b>` and
 * `{\an8}` from being read as tags.
 */
function escapeCueText(text: string): string {
  return text.replaceAll('-->', '→').replace(/[<{]/g, '$&\u2060');
}

/** Formats subtitles as SubRip. */
export function formatSrt(subtitles: readonly Subtitle[]): string {
  return subtitles
    .map(({ startMs, endMs, rows }, index) =>
      [
        `${index + 1}`,
        `${formatTimestamp(startMs, ',')} --> ${formatTimestamp(endMs, ',')}`,
        ...rows.map(escapeCueText),
        '',
      ].join('\n'),
    )
    .join('\n');
}

export function writeSrt(selection: ExportSelection): string {
  return formatSrt(toSubtitleCues(selection).map(({ text, ...range }) => ({ ...range, rows: [text] })));
}
