import type { Chapter } from '../../core/domain/video.ts';
import type { ContainerTags } from './container-tags.ts';

/** A track as ffmpeg describes it on stderr. */
export interface DumpStream {
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'subtitle' | 'other';
  readonly codec: string;
  readonly tags: ContainerTags;
  readonly isCover: boolean;
  readonly isDescription: boolean;
  readonly isDefault: boolean;
  /** A commentary, an audio description, a track for impaired hearing or sight, or a forced track. */
  readonly isSpecial: boolean;
  readonly isStillImage: boolean;
  /** px as coded; 0 if unknown. */
  readonly width: number;
  readonly height: number;
  /** Pixel aspect ratio: width over height. */
  readonly pixelAspect: number;
  /** Rotation in degrees, without a sign: 0, 90 or 180. */
  readonly rotationDegrees: number;
  readonly isHdr: boolean;
  /** True if its pictures are planes of luma and chroma. */
  readonly isPlanar: boolean;
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

function parseChannelCount(line: string): number | undefined {
  const layout = /\d+ Hz, ([^,]+)/.exec(line)?.[1]?.trim() ?? '';
  const namedCount = LAYOUTS[layout];
  if (namedCount) return namedCount;
  const statedCount = /^(\d+) channels/.exec(layout)?.[1];
  if (statedCount) return Number(statedCount);
  const dottedLayout = /^(\d)\.(\d)(?:\.(\d))?/.exec(layout);
  return dottedLayout
    ? Number(dottedLayout[1]) + Number(dottedLayout[2]) + Number(dottedLayout[3] ?? 0)
    : undefined;
}

function parseRatio(text: string | undefined): number | undefined {
  const match = /^(\d+):(\d+)$/.exec(text ?? '');
  const value = match ? Number(match[1]) / Number(match[2]) : Number.NaN;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Parses `30`, `29.97` or `1k`. */
function parseRate(text: string | undefined): number | undefined {
  const match = /^([\d.]+)(k?)$/.exec(text ?? '');
  return match ? Number(match[1]) * (match[2] ? 1000 : 1) : undefined;
}

/** Parses the tags listed below a header line, with the given indentation. */
function parseTags(lines: readonly string[], indent: number): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const line of lines) {
    const tag = /^( +)(\S.*?) *: (.*)$/.exec(line);
    if (tag?.[1]?.length === indent && tag[2]) tags[tag[2]] ??= tag[3] ?? '';
  }
  return tags;
}

function parseStream(header: RegExpExecArray, body: readonly string[]): DumpStream {
  const [, index = '0', language, type = '', rest = ''] = header;
  const tags = parseTags(body, 6);
  if (language) tags.language = language;
  const size = /(?:, |^)(\d{1,6})x(\d{1,6})(?=[ ,]|$)/.exec(rest);
  const rotation = /rotation of (-?[\d.]+) degrees/.exec(body.join('\n'))?.[1];
  return {
    index: Number(index),
    kind: type === 'Video' || type === 'Audio' || type === 'Subtitle' ? STREAM_KINDS[type] : 'other',
    codec: /^[\w-]+/.exec(rest)?.[0] ?? 'unknown',
    tags,
    isCover: /\((?:attached pic|timed thumbnails)\)/.test(rest),
    isDescription: /\(descriptions\)/.test(rest),
    isDefault: /\(default\)/.test(rest),
    isSpecial: /\((?:comment|descriptions|forced|hearing impaired|visual impaired)\)/.test(rest),
    isStillImage: /\(still image\)/.test(rest),
    width: Number(size?.[1] ?? 0),
    height: Number(size?.[2] ?? 0),
    pixelAspect: parseRatio(/SAR (\d+:\d+)/.exec(rest)?.[1]) ?? 1,
    rotationDegrees: Math.abs(Math.round(Number(rotation ?? 0) / 90) * 90) % 360,
    isPlanar: /, yuvj?4\d\dp/.test(rest),
    isHdr: /smpte2084|arib-std-b67/.test(rest),
    framesPerSecond:
      parseRate(/([\d.]+k?) fps/.exec(rest)?.[1]) ?? parseRate(/([\d.]+k?) tbr/.exec(rest)?.[1]),
    sampleRate: type === 'Audio' ? Number(/(\d+) Hz/.exec(rest)?.[1] ?? 0) : undefined,
    channels: type === 'Audio' ? parseChannelCount(rest) : undefined,
  };
}

const STREAM_KINDS = { Video: 'video', Audio: 'audio', Subtitle: 'subtitle' } as const;
const STREAM_HEADER = /^ {2}Stream #0:(\d+)(?:\[0x[\da-f]+\])?(?:\((\w+)\))?: (\w+): (.*)$/;

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
  const isDurationGuessed = lines
    .slice(0, from)
    .some((line) => line.includes('Estimating duration from bitrate'));
  const body = lines.slice(from, until < 0 ? undefined : until);
  const durationMatches = body.map((line) =>
    /^ {2}Duration: (?:(\d+):(\d\d):([\d.]+)|N\/A)(?:, start: (-?[\d.]+))?/.exec(line),
  );
  const durationMatch = durationMatches.find((match) => match !== null);
  const streamStarts = body.flatMap((line, at) => (STREAM_HEADER.test(line) ? [at] : []));
  return {
    demuxer: /^Input #0, (.+?), from '/.exec(body[0] ?? '')?.[1] ?? '',
    durationMs:
      durationMatch?.[1] && !isDurationGuessed
        ? Math.round(
            (Number(durationMatch[1]) * 3600 + Number(durationMatch[2]) * 60 + Number(durationMatch[3])) *
              1000,
          )
        : undefined,
    startUs: Math.round(Number(durationMatch?.[4] ?? 0) * 1_000_000),
    tags: parseTags(body.slice(0, durationMatches.indexOf(durationMatch ?? null)), 4),
    streams: streamStarts.flatMap((at, n) => {
      const header = STREAM_HEADER.exec(body[at] ?? '');
      return header ? [parseStream(header, body.slice(at + 1, streamStarts[n + 1]))] : [];
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
  let currentFields: Record<string, string> | undefined = tags;
  // A backslash escapes the next character, including a line break.
  for (const line of text.match(/(?:\\[\s\S]|[^\\\n])+/g) ?? []) {
    const section = /^\[(\w+)\]$/.exec(line)?.[1];
    if (section) {
      currentFields = section === 'CHAPTER' ? {} : undefined;
      if (currentFields) chapters.push({ fields: currentFields });
      continue;
    }
    const keyValue = /^((?:\\[\s\S]|[^\\=])+)=([\s\S]*)$/.exec(line);
    if (!currentFields || !keyValue || line.startsWith(';')) continue;
    currentFields[unescapeMetadata(keyValue[1] ?? '')] = unescapeMetadata(keyValue[2] ?? '');
  }
  return {
    tags,
    chapters: chapters.flatMap(({ fields }) => {
      const base = /^(\d+)\/(\d+)$/.exec(fields.TIMEBASE ?? '');
      const unitMs = base ? (Number(base[1]) * 1000) / Number(base[2]) : Number.NaN;
      const startMs = Math.round(Number(fields.START) * unitMs);
      const endMs = Math.round(Number(fields.END) * unitMs);
      return Number.isFinite(startMs + endMs) ? [{ startMs, endMs, title: fields.title ?? '' }] : [];
    }),
  };
}

function unescapeMetadata(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}
