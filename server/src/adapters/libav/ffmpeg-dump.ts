import type { Chapter } from '../../core/domain/video.ts';
import type { ContainerTags } from './container-tags.ts';

/** A track as ffmpeg describes it on stderr. */
export interface DumpStream {
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'subtitle' | 'other';
  readonly codec: string;
  readonly tags: ContainerTags;
  readonly cover: boolean;
  readonly describes: boolean;
  readonly isDefault: boolean;
  /** A commentary, an audio description, a track for impaired hearing or sight, or a forced track. */
  readonly special: boolean;
  readonly still: boolean;
  /** px as coded; 0 if unknown. */
  readonly width: number;
  readonly height: number;
  /** Pixel aspect ratio: width over height. */
  readonly pixel: number;
  /** Rotation in degrees, without a sign: 0, 90 or 180. */
  readonly turn: number;
  readonly hdr: boolean;
  /** True if its pictures are planes of luma and chroma. */
  readonly planar: boolean;
  readonly framesPerSecond?: number;
  readonly sampleRate?: number;
  readonly channels?: number;
}

export interface Dump {
  /** `mov,mp4,m4a,...`; empty if ffmpeg opened no input. */
  readonly demuxer: string;
  /** Undefined if the container does not state it: a guess from the bit rate is not reliable. */
  readonly durationMs?: number;
  readonly startUs: number;
  /** Tags of the container. */
  readonly tags: ContainerTags;
  readonly streams: readonly DumpStream[];
}

const LAYOUTS: Readonly<Record<string, number>> = { mono: 1, stereo: 2, quad: 4, hexagonal: 6, octagonal: 8 };

function channelsOf(line: string): number | undefined {
  const layout = /\d+ Hz, ([^,]+)/.exec(line)?.[1]?.trim() ?? '';
  const named = LAYOUTS[layout];
  if (named) return named;
  const counted = /^(\d+) channels/.exec(layout)?.[1];
  if (counted) return Number(counted);
  const dotted = /^(\d)\.(\d)(?:\.(\d))?/.exec(layout);
  return dotted ? Number(dotted[1]) + Number(dotted[2]) + Number(dotted[3] ?? 0) : undefined;
}

function ratio(text: string | undefined): number | undefined {
  const match = /^(\d+):(\d+)$/.exec(text ?? '');
  const value = match ? Number(match[1]) / Number(match[2]) : Number.NaN;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Parses `30`, `29.97` or `1k`. */
function rate(text: string | undefined): number | undefined {
  const match = /^([\d.]+)(k?)$/.exec(text ?? '');
  return match ? Number(match[1]) * (match[2] ? 1000 : 1) : undefined;
}

/** Parses the tags listed below a header line, with the given indentation. */
function tagsOf(lines: readonly string[], indent: number): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const line of lines) {
    const tag = /^( +)(\S.*?) *: (.*)$/.exec(line);
    if (tag?.[1]?.length === indent && tag[2]) tags[tag[2]] ??= tag[3] ?? '';
  }
  return tags;
}

function streamOf(head: RegExpExecArray, body: readonly string[]): DumpStream {
  const [, index = '0', language, type = '', rest = ''] = head;
  const tags = tagsOf(body, 6);
  if (language) tags.language = language;
  const size = /(?:, |^)(\d{1,6})x(\d{1,6})(?=[ ,]|$)/.exec(rest);
  const turn = /rotation of (-?[\d.]+) degrees/.exec(body.join('\n'))?.[1];
  return {
    index: Number(index),
    kind: type === 'Video' || type === 'Audio' || type === 'Subtitle' ? KINDS[type] : 'other',
    codec: /^[\w-]+/.exec(rest)?.[0] ?? 'unknown',
    tags,
    cover: /\((?:attached pic|timed thumbnails)\)/.test(rest),
    describes: /\(descriptions\)/.test(rest),
    isDefault: /\(default\)/.test(rest),
    special: /\((?:comment|descriptions|forced|hearing impaired|visual impaired)\)/.test(rest),
    still: /\(still image\)/.test(rest),
    width: Number(size?.[1] ?? 0),
    height: Number(size?.[2] ?? 0),
    pixel: ratio(/SAR (\d+:\d+)/.exec(rest)?.[1]) ?? 1,
    turn: Math.abs(Math.round(Number(turn ?? 0) / 90) * 90) % 360,
    planar: /, yuvj?4\d\dp/.test(rest),
    hdr: /smpte2084|arib-std-b67/.test(rest),
    framesPerSecond: rate(/([\d.]+k?) fps/.exec(rest)?.[1]) ?? rate(/([\d.]+k?) tbr/.exec(rest)?.[1]),
    sampleRate: type === 'Audio' ? Number(/(\d+) Hz/.exec(rest)?.[1] ?? 0) : undefined,
    channels: type === 'Audio' ? channelsOf(rest) : undefined,
  };
}

const KINDS = { Video: 'video', Audio: 'audio', Subtitle: 'subtitle' } as const;
const STREAM = /^ {2}Stream #0:(\d+)(?:\[0x[\da-f]+\])?(?:\((\w+)\))?: (\w+): (.*)$/;

/**
 * Parses the description that `ffmpeg -i` prints of its input. The input is untrusted, but a forged line can
 * only misdescribe its own file.
 */
export function parseDump(stderr: string): Dump {
  const lines = stderr.split(/\r?\n/);
  const from = lines.findIndex((line) => /^Input #0, /.test(line));
  if (from < 0) return { demuxer: '', startUs: 0, tags: {}, streams: [] };
  const until = lines.findIndex(
    (line, at) => at > from && /^(?:Output #|Stream mapping|At least one|Press \[q\])/.test(line),
  );
  const guessed = lines.slice(0, from).some((line) => line.includes('Estimating duration from bitrate'));
  const body = lines.slice(from, until < 0 ? undefined : until);
  const time = body.map((line) =>
    /^ {2}Duration: (?:(\d+):(\d\d):([\d.]+)|N\/A)(?:, start: (-?[\d.]+))?/.exec(line),
  );
  const found = time.find((match) => match !== null);
  const starts = body.flatMap((line, at) => (STREAM.test(line) ? [at] : []));
  return {
    demuxer: /^Input #0, (.+?), from '/.exec(body[0] ?? '')?.[1] ?? '',
    durationMs:
      found?.[1] && !guessed
        ? Math.round((Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3])) * 1000)
        : undefined,
    startUs: Math.round(Number(found?.[4] ?? 0) * 1_000_000),
    tags: tagsOf(body.slice(0, time.indexOf(found ?? null)), 4),
    streams: starts.flatMap((at, n) => {
      const head = STREAM.exec(body[at] ?? '');
      return head ? [streamOf(head, body.slice(at + 1, starts[n + 1]))] : [];
    }),
  };
}

/** Parses ffmpeg's `ffmetadata` output: tags of the container, and chapters. */
export function parseMetadata(text: string): {
  readonly tags: ContainerTags;
  readonly chapters: readonly Chapter[];
} {
  const tags: Record<string, string> = {};
  const chapters: { fields: Record<string, string> }[] = [];
  let into: Record<string, string> | undefined = tags;
  // A backslash escapes the next character, including a line break.
  for (const line of text.match(/(?:\\[\s\S]|[^\\\n])+/g) ?? []) {
    const section = /^\[(\w+)\]$/.exec(line)?.[1];
    if (section) {
      into = section === 'CHAPTER' ? {} : undefined;
      if (into) chapters.push({ fields: into });
      continue;
    }
    const pair = /^((?:\\[\s\S]|[^\\=])+)=([\s\S]*)$/.exec(line);
    if (!into || !pair || line.startsWith(';')) continue;
    into[plain(pair[1] ?? '')] = plain(pair[2] ?? '');
  }
  return {
    tags,
    chapters: chapters.flatMap(({ fields }) => {
      const base = /^(\d+)\/(\d+)$/.exec(fields.TIMEBASE ?? '');
      const unit = base ? (Number(base[1]) * 1000) / Number(base[2]) : Number.NaN;
      const startMs = Math.round(Number(fields.START) * unit);
      const endMs = Math.round(Number(fields.END) * unit);
      return Number.isFinite(startMs + endMs) ? [{ startMs, endMs, title: fields.title ?? '' }] : [];
    }),
  };
}

function plain(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}
