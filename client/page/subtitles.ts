/** Describes the subtitles of the open video. */
export interface SubtitleState {
  /** BCP 47, or empty if the language is unknown. */
  readonly languages: readonly string[];
  /** The language shown. Undefined if subtitles are off. */
  readonly language?: string;
  readonly cues: readonly SubtitleCue[];
}

export interface SubtitleCue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const TIMES = /^(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3}) --> (?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/;

const toMs = (hours: string | undefined, minutes = '0', seconds = '0', ms = '0') =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);

/** Parses WebVTT into cues. Blocks without times, such as notes, are left out. */
export function parseWebVtt(text: string): readonly SubtitleCue[] {
  return text.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? '');
    if (times === null) return [];
    const [, h1, m1, s1, f1, h2, m2, s2, f2] = times;
    const words = lines
      .slice(at + 1)
      .join('\n')
      .trim();
    return words === '' ? [] : [{ startMs: toMs(h1, m1, s1, f1), endMs: toMs(h2, m2, s2, f2), text: words }];
  });
}
