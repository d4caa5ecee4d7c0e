import type { Chapter } from '../../core/domain/video.ts';
import type { ContainerTags } from './container-tags.ts';
import { MAX_FRAMES_PER_SECOND } from './limits.ts';

/** A track as ffprobe describes it. */
export interface ProbedStream {
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

/** A file as ffprobe describes it. */
export interface ProbedFormat {
  /** `mov,mp4,m4a,...`; empty if ffprobe found no demuxer. */
  readonly demuxer: string;
  /** Undefined if the container does not state it: a guess from the bit rate is not reliable. */
  readonly durationMs?: number;
  readonly startUs: number;
  /** Tags of the container. */
  readonly tags: ContainerTags;
  readonly streams: readonly ProbedStream[];
  readonly chapters: readonly Chapter[];
}

/** The fields read here of `ffprobe -of json -show_format -show_streams -show_chapters`. Missing fields are unknown. */
interface FfprobeJson {
  readonly format?: {
    readonly format_name?: string;
    readonly duration?: string;
    readonly start_time?: string;
    readonly tags?: ContainerTags;
  };
  readonly streams?: readonly FfprobeStream[];
  readonly chapters?: readonly {
    readonly start_time?: string;
    readonly end_time?: string;
    readonly tags?: ContainerTags;
  }[];
}

interface FfprobeStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly pix_fmt?: string;
  readonly color_transfer?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  /** 1 for each disposition that the track has. */
  readonly disposition?: Readonly<Record<string, number>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
  readonly tags?: ContainerTags;
}

const SPECIAL_DISPOSITIONS = ['comment', 'descriptions', 'forced', 'hearing_impaired', 'visual_impaired'];
const HDR_TRANSFERS = ['smpte2084', 'arib-std-b67'];

/** Parses `30000/1001` or `4:3`. Returns undefined for `0/0`, which means unknown. */
function parseRatio(text: string | undefined, separator: '/' | ':'): number | undefined {
  const [numerator, denominator] = (text ?? '').split(separator).map(Number);
  const value = (numerator ?? 0) / (denominator ?? 0);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function toProbedStream(stream: FfprobeStream): ProbedStream {
  const { codec_type: type, pix_fmt: pixels = '', disposition = {} } = stream;
  const rotation = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  return {
    index: stream.index,
    kind: type === 'video' || type === 'audio' || type === 'subtitle' ? type : 'other',
    codec: stream.codec_name ?? 'unknown',
    tags: stream.tags ?? {},
    isCover: disposition.attached_pic === 1 || disposition.timed_thumbnails === 1,
    isDescription: disposition.descriptions === 1,
    isDefault: disposition.default === 1,
    isSpecial: SPECIAL_DISPOSITIONS.some((name) => disposition[name] === 1),
    isStillImage: disposition.still_image === 1,
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    pixelAspect: parseRatio(stream.sample_aspect_ratio, ':') ?? 1,
    rotationDegrees: Math.abs(Math.round(rotation / 90) * 90) % 360,
    isPlanar: pixels.startsWith('yuv4') || pixels.startsWith('yuvj4'),
    isHdr: HDR_TRANSFERS.includes(stream.color_transfer ?? ''),
    framesPerSecond: [stream.avg_frame_rate, stream.r_frame_rate]
      .map((rate) => parseRatio(rate, '/'))
      .find((rate) => rate !== undefined && rate <= MAX_FRAMES_PER_SECOND),
    sampleRate: type === 'audio' ? Number(stream.sample_rate ?? 0) : undefined,
    channels: type === 'audio' ? stream.channels : undefined,
  };
}

/** Parses seconds with a fraction. Returns undefined for a missing value. */
const parseSeconds = (text: string | undefined) => {
  const seconds = Number.parseFloat(text ?? '');
  return Number.isFinite(seconds) ? seconds : undefined;
};

/** Parses ffprobe's JSON. `warnings` is what it wrote to stderr: only there it says that a duration is a guess. */
export function parseFfprobeOutput(json: string, warnings: string): ProbedFormat {
  const { format = {}, streams = [], chapters = [] } = JSON.parse(json || '{}') as FfprobeJson;
  const isDurationGuessed = warnings.includes('Estimating duration from bitrate');
  const seconds = isDurationGuessed ? undefined : parseSeconds(format.duration);
  return {
    demuxer: format.format_name ?? '',
    durationMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
    startUs: Math.round((parseSeconds(format.start_time) ?? 0) * 1_000_000),
    tags: format.tags ?? {},
    streams: streams.map(toProbedStream),
    chapters: chapters.flatMap(({ start_time: start, end_time: end, tags }) => {
      const [from, to] = [parseSeconds(start), parseSeconds(end)];
      return from === undefined || to === undefined
        ? []
        : [{ startMs: Math.round(from * 1000), endMs: Math.round(to * 1000), title: tags?.title ?? '' }];
    }),
  };
}
