import { cuesOf } from './cues.ts';
import { longClock } from './plain.ts';
import type { Selection } from './selection.ts';

function harmless(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function writeVtt(selection: Selection): string {
  const cues = cuesOf(selection).map(
    ({ startMs, endMs, text }) =>
      `${longClock(startMs, '.')} --> ${longClock(endMs, '.')}\n${harmless(text)}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}
