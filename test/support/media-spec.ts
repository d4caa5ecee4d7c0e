/** A picture to draw on: RGB, 3 bytes a pixel, rows from the top. Black at first. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type VideoCodec =
  | 'h264'
  | 'hevc'
  | 'vp8'
  | 'vp9'
  | 'av1'
  | 'mpeg2'
  | 'mpeg4'
  | 'prores'
  | 'wmv2'
  | 'flv1'
  | 'theora'
  | 'h263'
  | 'gif';
export type AudioCodec = 'aac' | 'mp3' | 'opus' | 'vorbis' | 'flac' | 'pcm' | 'wma';
export type SubtitleCodec = 'mov_text' | 'srt' | 'ass' | 'webvtt';

export interface SubtitleSpec {
  readonly codec: SubtitleCodec;
  /** ISO 639-2, as containers write it. */
  readonly language?: string;
  readonly title?: string;
  /** A track that describes the pictures, not the speech. */
  readonly describes?: boolean;
  /** `speaker` is written for ass alone. */
  readonly cues: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly text: string;
    readonly speaker?: string;
  }[];
}

/** What makeMedia() renders. The container follows from the file's ending. */
export interface MediaSpec {
  readonly seconds: number;
  /** Absent: no video track. */
  readonly video?: {
    readonly codec?: VideoCodec;
    /** px, even; 320 x 180 if absent. */
    readonly width?: number;
    readonly height?: number;
    /** 10 if absent; a whole number. */
    readonly fps?: number;
    /** Frames at these times (ms) alone: a variable frame rate. */
    readonly timesMs?: readonly number[];
    /** Frames between key frames; 50 if absent. */
    readonly keyEvery?: number;
    /** Degrees clockwise that a player must turn the picture by: 90, 180, 270. */
    readonly rotation?: number;
    /** Shape of a pixel, width to height: [4, 3] shows 4/3 as wide. */
    readonly pixel?: readonly [number, number];
    /** Code values are PQ in BT.2020, 10 bit (hevc only). */
    readonly hdr?: boolean;
    /** Passed to the encoder as they are, such as `{ crf: '30' }`. */
    readonly options?: Readonly<Record<string, string>>;
    draw(canvas: Canvas, timeMs: number): void;
  };
  /** Absent: no sound track. */
  readonly audio?: {
    readonly codec?: AudioCodec;
    /** Hz; 48000 if absent. */
    readonly sampleRate?: number;
    /** 1 if absent; both carry the same. */
    readonly channels?: 1 | 2;
    /** A sample in -1..1. */
    sample(timeSeconds: number): number;
  };
  readonly subtitles?: readonly SubtitleSpec[];
  /** Every time stamp in the file is later by this much. */
  readonly startMs?: number;
  /** mp4, mov, m4a only. */
  readonly chapters?: readonly { readonly startMs: number; readonly title: string }[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** Adds a cover picture (mp3, flac). */
  readonly cover?: boolean;
}

/** Fills a rectangle (px) with one colour. */
export function fill(
  canvas: Canvas,
  colour: readonly [number, number, number],
  left = 0,
  top = 0,
  width = canvas.width,
  height = canvas.height,
): void {
  const x0 = Math.max(0, Math.round(left));
  const x1 = Math.min(canvas.width, Math.round(left + width));
  const y0 = Math.max(0, Math.round(top));
  const row = canvas.width * 3;
  for (let y = y0; y < Math.min(canvas.height, Math.round(top + height)); y += 1) {
    const start = y * row + x0 * 3;
    if (y > y0) canvas.data.copyWithin(start, y0 * row + x0 * 3, y0 * row + x1 * 3);
    else for (let x = x0; x < x1; x += 1) canvas.data.set(colour, (y * canvas.width + x) * 3);
  }
}

/** A sine tone, half of full scale. */
export function tone(hertz: number): (timeSeconds: number) => number {
  return (time) => 0.5 * Math.sin(2 * Math.PI * hertz * time);
}
