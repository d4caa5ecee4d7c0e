import { formatTimestamp } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { toSubtitleCues } from './subtitle-cues.ts';
import type { Subtitle } from './subtitle-layout.ts';

function escapeCueText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Formats subtitles as WebVTT. */
export function formatVtt(subtitles: readonly Subtitle[]): string {
  const cues = subtitles.map(
    ({ startMs, endMs, rows }) =>
      `${formatTimestamp(startMs, '.')} --> ${formatTimestamp(endMs, '.')}\n${rows.map(escapeCueText).join('\n')}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

export function writeVtt(selection: ExportSelection): string {
  return formatVtt(toSubtitleCues(selection).map(({ text, ...range }) => ({ ...range, rows: [text] })));
}
