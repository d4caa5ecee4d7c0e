import { formatTimestamp } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { toSubtitleCues } from './subtitle-cues.ts';
import type { Subtitle } from './subtitle-layout.ts';

/** SubRip has no escapes, yet players read tags: an invisible word joiner keeps `<b>` and `{\an8}` from being ones. */
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
