import { once } from 'node:events';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { CutRequest, CutResult, MediaRange, StreamRequest } from '../../ports/converter.ts';
import type { MediaHints } from '../../ports/decoder.ts';
import { type SoundCodec, toSoundEncoding, toVideoEncoding, type VideoCodec } from './convert-codecs.ts';
import {
  createSoundFilter,
  createVideoFilter,
  type DecodedShape,
  fitEven,
  type TargetFormat,
} from './convert-filters.ts';
import { FRAGMENTED_MP4_OPTIONS, findMuxer } from './convert-muxers.ts';
import { mediaFailures } from './failures.ts';
import { type FilterSupport, findDeinterlaceFilter } from './ffmpeg-filters.ts';
import { parsePacketList } from './ffmpeg-packets.ts';
import {
  canSeek,
  type DescribedFile,
  describeFile,
  joinFilters,
  seekArguments,
  toShownSize,
} from './ffmpeg-probe.ts';
import { collectFfmpeg, type FfmpegRun, runFfmpeg } from './ffmpeg-run.ts';
import type { ProbedStream } from './ffprobe-output.ts';
import { UPRIGHT } from './orientation.ts';
import { readPipe } from './read-pipe.ts';

/** Frame rate above which a stream encoded for playback is reduced, frames per second. */
const MAX_PLAYBACK_FPS = 33;
const MAX_FRAMECRC_BYTES = 1024 * 1024;

const formatSeconds = (ms: Ms) => (ms / 1000).toFixed(3);
const toOptionArguments = (options: Readonly<Record<string, string>>, kind = '') =>
  Object.entries(options).flatMap(([name, value]) => [`-${name}${kind}`, value]);

function createVideoEncoderArguments(kind: VideoCodec, quality: 'light' | 'good'): readonly string[] {
  const { encoder, options } = toVideoEncoding(kind, quality);
  return ['-c:v', encoder, ...toOptionArguments(options, ':v')];
}

function createSoundEncoderArguments(kind: SoundCodec): readonly string[] {
  const { encoder, options } = toSoundEncoding(kind);
  return ['-c:a', encoder, ...toOptionArguments(options, ':a')];
}

/** Returns the shape of decoded pictures. ffmpeg rotates them itself, before the filters. */
function toDecodedShape(stream: ProbedStream, filterSupport: FilterSupport): DecodedShape {
  const isSideways = stream.rotationDegrees % 180 === 90;
  const [width, height] = isSideways ? [stream.height, stream.width] : [stream.width, stream.height];
  const pixelAspect = isSideways ? 1 / stream.pixelAspect : stream.pixelAspect;
  const isHdr = stream.isHdr && filterSupport.canToneMap;
  return {
    width,
    height,
    pixelAspect,
    orientation: UPRIGHT,
    isHdr,
    deinterlacer: findDeinterlaceFilter(stream, filterSupport),
  };
}

/**
 * In containers without an index a seek may land after the key frame. Encoding therefore seeks this much
 * earlier and decodes up to the start. ms
 */
const SEEK_LEAD_MS = 10_000;
const toLeadMs = (media: DescribedFile, startMs: Ms) =>
  !canSeek(media) ? startMs : media.format.demuxer.startsWith('mpeg') ? Math.min(startMs, SEEK_LEAD_MS) : 0;

/** Prepends filters that drop everything before the start. */
function dropLead(filter: string, leadMs: Ms, kind: '' | 'a'): string {
  const leadSeconds = formatSeconds(leadMs);
  return leadMs === 0
    ? filter
    : `${kind}trim=start=${leadSeconds},${kind}setpts=PTS-${leadSeconds}/TB,${filter}`;
}

function createStreamArguments(
  { video, audio, frameTimingFilter }: DescribedFile,
  request: StreamRequest,
  filterSupport: FilterSupport,
  leadMs: Ms,
) {
  const output: string[] = [];
  if (video && request.video !== 'none') {
    output.push('-map', `0:${video.index}`);
    if (request.video === 'copy') output.push('-c:v', 'copy');
    else {
      const isAboveMaxFps = (video.framesPerSecond ?? 25) > MAX_PLAYBACK_FPS;
      const target: TargetFormat = {
        size: fitEven(toShownSize(video), request.box),
        rate: isAboveMaxFps ? '30' : undefined,
      };
      const filter = dropLead(createVideoFilter(toDecodedShape(video, filterSupport), target), leadMs, '');
      output.push('-vf', joinFilters(frameTimingFilter, filter));
      output.push(...createVideoEncoderArguments(request.video, 'light'));
    }
  }
  if (audio && request.audio !== 'none') {
    output.push('-map', `0:${audio.index}`);
    if (request.audio === 'copy') output.push('-c:a', 'copy');
    else
      output.push(
        '-af',
        dropLead(createSoundFilter(undefined), leadMs, 'a'),
        ...createSoundEncoderArguments(request.audio),
      );
  }
  return output;
}

/** Implements `convert`, see ports/converter.ts. */
export async function* convertWithFfmpeg(
  program: string,
  filterSupport: FilterSupport,
  uri: Uri,
  request: StreamRequest,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<Uint8Array> {
  const media = await describeFile(program, uri, signal, hints);
  let run: FfmpegRun | undefined;
  try {
    const leadMs =
      request.video === 'copy' || request.audio === 'copy' ? 0 : toLeadMs(media, request.startMs);
    const output = createStreamArguments(media, request, filterSupport, leadMs);
    if (output.length === 0) throw mediaFailures.notMedia();
    // Copied packets are dropped up to the start if no seek leads there.
    const skip = leadMs === 0 && !canSeek(media) ? ['-ss', formatSeconds(request.startMs)] : [];
    const muxer = request.container === 'mp4' ? toOptionArguments(FRAGMENTED_MP4_OPTIONS) : [];
    run = runFfmpeg({
      program,
      file: media.file,
      input: seekArguments(media, request.startMs - leadMs),
      output: [...skip, ...output, '-map_metadata', '-1', '-f', request.container, ...muxer, 'pipe:1'],
      signal,
    });
    let sentBytes = 0;
    for await (const bytes of readPipe(run.stdout)) {
      sentBytes += bytes.length;
      yield bytes;
    }
    const { stderr } = await run.exit;
    if (sentBytes === 0) throw mediaFailures.notConverted(stderr);
  } finally {
    run?.kill();
    await media.file.close();
  }
}

/** Runs ffmpeg to its end and reports its own progress output. */
async function waitForEnd(run: FfmpegRun, onTime: (doneMs: Ms) => void): Promise<void> {
  try {
    run.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const [, microseconds] of text.matchAll(/^out_time_us=(\d+)$/gm))
        onTime(Number(microseconds) / 1000);
    });
    run.stdout.resume();
    const { code, stderr } = await run.exit;
    if (code !== 0) throw mediaFailures.notConverted(stderr);
  } finally {
    run.kill();
  }
}

/** Returns the time of the key frame at or before a time, ms. Returns 0 if there is none. */
async function findKeyFrameBefore(
  program: string,
  media: DescribedFile,
  timeMs: Ms,
  signal: AbortSignal,
): Promise<Ms> {
  if (!canSeek(media)) return 0;
  if (media.video === undefined) return timeMs;
  const { stdout } = await collectFfmpeg(
    {
      program,
      file: media.file,
      input: ['-ss', formatSeconds(timeMs), '-copyts'],
      output: ['-map', `0:${media.video.index}`, '-c', 'copy', '-frames:v', '1', '-f', 'framecrc', 'pipe:1'],
      signal,
    },
    MAX_FRAMECRC_BYTES,
  );
  const shownMs = parsePacketList(stdout.toString('latin1')).next().value?.presentationMs;
  if (shownMs === undefined) return timeMs;
  const ms = shownMs - media.originUs / 1000;
  return Math.min(timeMs, Math.max(0, Math.round(ms)));
}

async function cutByCopying(
  program: string,
  { pieces, path }: CutRequest,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
): Promise<CutResult> {
  const [piece] = pieces;
  if (piece === undefined) throw new Error('nothing to cut');
  const media = await describeFile(program, piece.uri, signal, piece.hints);
  try {
    const startMs = await findKeyFrameBefore(program, media, piece.startMs, signal);
    const durationMs = piece.endMs - startMs;
    const mapArguments = [media.video, media.audio].flatMap((stream) =>
      stream ? ['-map', `0:${stream.index}`] : [],
    );
    const [format, options] = findMuxer(path);
    const run = runFfmpeg({
      program,
      file: media.file,
      // One millisecond later, so that rounding does not lead to the previous key frame.
      input: seekArguments(media, startMs + 1),
      output: [
        ...[
          ...mapArguments,
          '-c',
          'copy',
          '-t',
          formatSeconds(durationMs),
          '-avoid_negative_ts',
          'make_zero',
        ],
        ...['-progress', 'pipe:1', '-f', format, ...toOptionArguments(options), '-y', `file:${path}`],
      ],
      signal,
    });
    await waitForEnd(run, onTime);
    return { startMs, durationMs };
  } finally {
    await media.file.close();
  }
}

/** Returns the arguments that give a piece the same size, rate and sound as all others, and its length. */
function createPieceArguments(
  { video, audio, frameTimingFilter }: DescribedFile,
  { startMs, endMs }: MediaRange,
  { size, rate: requestedRate, audio: includesSound }: CutRequest,
  filterSupport: FilterSupport,
  leadMs: Ms,
): readonly string[] {
  const lengthMs = endMs - startMs;
  const rate = `${requestedRate?.frames ?? 25}/${requestedRate?.seconds ?? 1}`;
  const endSeconds = formatSeconds(lengthMs);
  const output: string[] = [];
  const filterBranches: string[] = [];
  if (size !== undefined) {
    const videoFilter =
      video &&
      dropLead(createVideoFilter(toDecodedShape(video, filterSupport), { size, rate, lengthMs }), leadMs, '');
    const blackSource = `color=c=black:s=${size.width}x${size.height}:r=${rate}:d=${endSeconds},format=yuv420p`;
    filterBranches.push(
      videoFilter
        ? `[0:${video.index}]${joinFilters(frameTimingFilter, videoFilter)}[v]`
        : `${blackSource}[v]`,
    );
    output.push('-map', '[v]', ...createVideoEncoderArguments('h264', 'good'), '-r', rate);
  }
  if (includesSound) {
    const soundFilter = `${dropLead(createSoundFilter(lengthMs), leadMs, 'a')},apad=whole_dur=${endSeconds},atrim=end=${endSeconds}`;
    filterBranches.push(
      audio ? `[0:${audio.index}]${soundFilter}[a]` : `anullsrc=r=48000:cl=stereo,atrim=end=${endSeconds}[a]`,
    );
    output.push('-map', '[a]', ...createSoundEncoderArguments('aac'));
  }
  return ['-filter_complex', filterBranches.join(';'), ...output];
}

/**
 * Offset of all pieces, ms. The first packets of encoders that look ahead would otherwise have negative
 * times.
 */
const OUTPUT_OFFSET_MS = 1000;

/**
 * Encodes each piece to a transport stream, because such streams can be concatenated, and muxes them into one
 * file.
 */
async function cutByEncoding(
  program: string,
  filterSupport: FilterSupport,
  request: CutRequest,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
): Promise<void> {
  const [format, options] = findMuxer(request.path);
  const output = ['-c', 'copy', '-progress', 'pipe:1', '-f', format, ...toOptionArguments(options), '-y'];
  const muxer = runFfmpeg({
    program,
    file: 'stdin',
    input: ['-f', 'mpegts'],
    output: [...output, `file:${request.path}`],
    signal,
  });
  const muxerEnd = waitForEnd(muxer, onTime);
  muxerEnd.catch(() => undefined);
  try {
    let offsetMs = OUTPUT_OFFSET_MS;
    for (const piece of request.pieces) {
      const media = await describeFile(program, piece.uri, signal, piece.hints);
      let run: FfmpegRun | undefined;
      try {
        const leadMs = toLeadMs(media, piece.startMs);
        const encodeArguments = createPieceArguments(media, piece, request, filterSupport, leadMs);
        const offsetArguments = [
          '-output_ts_offset',
          formatSeconds(offsetMs),
          '-muxdelay',
          '0',
          '-muxpreload',
          '0',
        ];
        const input = seekArguments(media, piece.startMs - leadMs);
        const pieceOutput = [...encodeArguments, ...offsetArguments, '-f', 'mpegts', 'pipe:1'];
        run = runFfmpeg({ program, file: media.file, input, output: pieceOutput, signal });
        for await (const bytes of readPipe(run.stdout)) {
          if (muxer.stdin?.write(bytes) === false) await Promise.race([once(muxer.stdin, 'drain'), muxerEnd]);
        }
        const { code, stderr } = await run.exit;
        if (code !== 0) throw mediaFailures.notConverted(stderr);
      } finally {
        run?.kill();
        await media.file.close();
      }
      offsetMs += piece.endMs - piece.startMs;
    }
    muxer.stdin?.end();
    await muxerEnd;
  } finally {
    muxer.kill();
  }
}

/** Implements `cut`, see ports/converter.ts. */
export async function cutWithFfmpeg(
  program: string,
  filterSupport: FilterSupport,
  request: CutRequest,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
): Promise<CutResult> {
  if (request.how === 'copy') return cutByCopying(program, request, onTime, signal);
  await cutByEncoding(program, filterSupport, request, onTime, signal);
  const durationMs = request.pieces.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return { startMs: request.pieces[0]?.startMs ?? 0, durationMs };
}
