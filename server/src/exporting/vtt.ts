import { formatTimestamp } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { toSubtitleCues } from './subtitle-cues.ts';

function escapeCueText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function writeVtt(selection: ExportSelection): string {
  const cues = toSubtitleCues(selection).map(
    ({ startMs, endMs, text }) =>
      `${formatTimestamp(startMs, '.')} --> ${formatTimestamp(endMs, '.')}\n${escapeCueText(text)}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}
