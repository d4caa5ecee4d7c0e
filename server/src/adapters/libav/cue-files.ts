import { type PacketCue, parsePacketCue } from './packet-cue.ts';

/** A cue parsed from text that ffmpeg wrote. Times are as written there. */
export interface ParsedCue extends PacketCue {
  readonly startMs: number;
  readonly endMs: number;
}

function parseTimeMs(time: string): number {
  const [seconds = '0', minutes = '0', hours = '0'] = time.replace(',', '.').split(':').reverse();
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
}

/** Parses SubRip or WebVTT as written by ffmpeg: blocks of an arrow line followed by text. */
export function parseTextCues(text: string): readonly ParsedCue[] {
  return text
    .replace(/\r/g, '')
    .split(/\n{2,}/)
    .flatMap((block) => {
      const match = /^(?:[^\n]*\n)?(-?[\d:]+[.,]\d+) --> (-?[\d:]+[.,]\d+)[^\n]*\n([\s\S]+)$/.exec(
        block.trimStart(),
      );
      if (!match) return [];
      return [
        {
          startMs: parseTimeMs(match[1] ?? ''),
          endMs: parseTimeMs(match[2] ?? ''),
          text: (match[3] ?? '').trimEnd(),
        },
      ];
    });
}

/** Parses the events of an ASS file as written by ffmpeg. */
export function parseAssEvents(text: string): readonly ParsedCue[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^Dialogue: (\d+),([\d:.]+),([\d:.]+),(.*)$/.exec(line);
    if (!match) return [];
    const [, layer = '0', start = '', end = '', rest = ''] = match;
    // Rebuilds the packet form: number, layer and the rest, without times.
    const packetCue = parsePacketCue('ass', new TextEncoder().encode(`0,${layer},${rest}`));
    return [{ startMs: parseTimeMs(start), endMs: parseTimeMs(end), ...packetCue }];
  });
}
