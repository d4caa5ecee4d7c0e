import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { CutRequest, CutResult, MediaRange, StreamRequest } from '../../ports/converter.ts';
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
import type { DumpStream } from './ffmpeg-dump.ts';
import { type FilterSupport, wholePictures } from './ffmpeg-filters.ts';
import { chained, type DescribedFile, describeFile, seekArguments, toShownSize } from './ffmpeg-probe.ts';
import { collectFfmpeg, type FfmpegRun, runFfmpeg } from './ffmpeg-run.ts';
import { UPRIGHT } from './orientation.ts';

/** Frame rate above which a stream encoded for playback is reduced, frames per second. */
const SMOOTH = 33;
/** Bytes that may wait for their reader before ffmpeg is paused. */
const WAITING_MOST = 1024 * 1024;
const TEXT_MOST = 1024 * 1024;

const seconds = (ms: Ms) => (ms / 1000).toFixed(3);
const optionsOf = (options: Readonly<Record<string, string>>, kind = '') =>
  Object.entries(options).flatMap(([name, value]) => [`-${name}${kind}`, value]);

function encodeVideo(kind: VideoCodec, quality: 'light' | 'good'): readonly string[] {
  const { encoder, options } = toVideoEncoding(kind, quality);
  return ['-c:v', encoder, ...optionsOf(options, ':v')];
}

function encodeSound(kind: SoundCodec): readonly string[] {
  const { encoder, options } = toSoundEncoding(kind);
  return ['-c:a', encoder, ...optionsOf(options, ':a')];
}

/** Returns the shape of decoded pictures. ffmpeg rotates them itself, before the filters. */
function codedOf(stream: DumpStream, abilities: FilterSupport): DecodedShape {
  const turned = stream.turn % 180 === 90;
  const [width, height] = turned ? [stream.height, stream.width] : [stream.width, stream.height];
  const pixel = turned ? 1 / stream.pixel : stream.pixel;
  const hdr = stream.hdr && abilities.toneMap;
  return { width, height, pixel, turn: UPRIGHT, hdr, deinterlacer: wholePictures(stream, abilities) };
}

/**
 * In containers without an index a seek may land after the key frame. Encoding therefore seeks this much
 * earlier and decodes up to the start. ms
 */
const LEAD_MS = 10_000;
const leadOf = ({ dump, counting }: DescribedFile, startMs: Ms) =>
  counting !== undefined ? startMs : /^mpeg/.test(dump.demuxer ?? '') ? Math.min(startMs, LEAD_MS) : 0;

/** Prepends filters that drop everything before the start. */
function late(filter: string, leadMs: Ms, kind: '' | 'a'): string {
  const lead = seconds(leadMs);
  return leadMs === 0 ? filter : `${kind}trim=start=${lead},${kind}setpts=PTS-${lead}/TB,${filter}`;
}

/** Yields the bytes of a pipe. ffmpeg pauses while too many bytes wait. */
async function* bytesOf(pipe: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  const ready: Uint8Array[] = [];
  let waiting = 0;
  let over = false;
  let wake: () => void = () => undefined;
  pipe.on('data', (data: Buffer) => {
    ready.push(new Uint8Array(data));
    waiting += data.length;
    if (waiting > WAITING_MOST) pipe.pause();
    wake();
  });
  pipe.on('close', () => {
    over = true;
    wake();
  });
  pipe.resume();
  for (;;) {
    const bytes = ready.shift();
    if (bytes) {
      waiting -= bytes.length;
      yield bytes;
    } else if (over) return;
    else {
      pipe.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

function streamArguments(
  { video, audio, counting }: DescribedFile,
  request: StreamRequest,
  abilities: FilterSupport,
  leadMs: Ms,
) {
  const output: string[] = [];
  if (video && request.video !== 'none') {
    output.push('-map', `0:${video.index}`);
    if (request.video === 'copy') output.push('-c:v', 'copy');
    else {
      const fast = (video.framesPerSecond ?? 25) > SMOOTH;
      const wanted: TargetFormat = {
        size: fitEven(toShownSize(video), request.box),
        rate: fast ? '30' : undefined,
      };
      const filter = late(createVideoFilter(codedOf(video, abilities), wanted), leadMs, '');
      output.push('-vf', chained(counting, filter));
      output.push(...encodeVideo(request.video, 'light'));
    }
  }
  if (audio && request.audio !== 'none') {
    output.push('-map', `0:${audio.index}`);
    if (request.audio === 'copy') output.push('-c:a', 'copy');
    else output.push('-af', late(createSoundFilter(undefined), leadMs, 'a'), ...encodeSound(request.audio));
  }
  return output;
}

/** Implements `convert`, see ports/converter.ts. */
export async function* convertWithFfmpeg(
  program: string,
  abilities: FilterSupport,
  uri: Uri,
  request: StreamRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const media = await describeFile(program, uri, signal);
  let run: FfmpegRun | undefined;
  try {
    const leadMs = request.video === 'copy' || request.audio === 'copy' ? 0 : leadOf(media, request.startMs);
    const output = streamArguments(media, request, abilities, leadMs);
    if (output.length === 0) throw mediaFailures.notMedia();
    const muxer = request.container === 'mp4' ? optionsOf(FRAGMENTED_MP4_OPTIONS) : [];
    run = runFfmpeg({
      program,
      file: media.file,
      input: seekArguments(media, request.startMs - leadMs),
      output: [...output, '-map_metadata', '-1', '-f', request.container, ...muxer, 'pipe:1'],
      signal,
    });
    let sent = 0;
    for await (const bytes of bytesOf(run.stdout)) {
      sent += bytes.length;
      yield bytes;
    }
    const { stderr } = await run.ended;
    if (sent === 0) throw mediaFailures.notConverted(stderr);
  } finally {
    run?.kill();
    await media.file.close();
  }
}

/** Runs ffmpeg to its end and reports its own progress output. */
async function finish(run: FfmpegRun, onTime: (doneMs: Ms) => void): Promise<void> {
  try {
    run.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const [, us] of text.matchAll(/^out_time_us=(\d+)$/gm)) onTime(Number(us) / 1000);
    });
    run.stdout.resume();
    const { code, stderr } = await run.ended;
    if (code !== 0) throw mediaFailures.notConverted(stderr);
  } finally {
    run.kill();
  }
}

/** Returns the time of the key frame at or before a time, ms. Returns 0 if there is none. */
async function keyBefore(
  program: string,
  media: DescribedFile,
  timeMs: Ms,
  signal: AbortSignal,
): Promise<Ms> {
  if (media.video === undefined) return timeMs;
  const { stdout } = await collectFfmpeg(
    {
      program,
      file: media.file,
      input: ['-ss', seconds(timeMs), '-copyts'],
      output: ['-map', `0:${media.video.index}`, '-c', 'copy', '-frames:v', '1', '-f', 'framecrc', 'pipe:1'],
      signal,
    },
    TEXT_MOST,
  );
  const text = stdout.toString('latin1');
  const base = /^#tb 0: (\d+)\/(\d+)/m.exec(text);
  const packet = /^0,\s*-?\d+,\s*(-?\d+),/m.exec(text);
  if (!base || !packet) return timeMs;
  const ms = (Number(packet[1]) * 1000 * Number(base[1])) / Number(base[2]) - media.originUs / 1000;
  return Math.min(timeMs, Math.max(0, Math.round(ms)));
}

async function copied(
  program: string,
  { pieces, path }: CutRequest,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
): Promise<CutResult> {
  const [piece] = pieces;
  if (piece === undefined) throw new Error('nothing to cut');
  const media = await describeFile(program, piece.uri, signal);
  try {
    const startMs = await keyBefore(program, media, piece.startMs, signal);
    const durationMs = piece.endMs - startMs;
    const maps = [media.video, media.audio].flatMap((stream) =>
      stream ? ['-map', `0:${stream.index}`] : [],
    );
    const [format, options] = findMuxer(path);
    const run = runFfmpeg({
      program,
      file: media.file,
      // One millisecond later, so that rounding does not lead to the previous key frame.
      input: ['-ss', seconds(startMs + 1)],
      output: [
        ...[...maps, '-c', 'copy', '-t', seconds(durationMs), '-avoid_negative_ts', 'make_zero'],
        ...['-progress', 'pipe:1', '-f', format, ...optionsOf(options), '-y', `file:${path}`],
      ],
      signal,
    });
    await finish(run, onTime);
    return { startMs, durationMs };
  } finally {
    await media.file.close();
  }
}

/** Returns the arguments that give a piece the same size, rate and sound as all others, and its length. */
function pieceArguments(
  { video, audio, counting }: DescribedFile,
  { startMs, endMs }: MediaRange,
  { size, rate: asked, audio: heard }: CutRequest,
  abilities: FilterSupport,
  leadMs: Ms,
): readonly string[] {
  const lengthMs = endMs - startMs;
  const rate = `${asked?.frames ?? 25}/${asked?.seconds ?? 1}`;
  const end = seconds(lengthMs);
  const output: string[] = [];
  const graph: string[] = [];
  if (size !== undefined) {
    const shown =
      video && late(createVideoFilter(codedOf(video, abilities), { size, rate, lengthMs }), leadMs, '');
    const black = `color=c=black:s=${size.width}x${size.height}:r=${rate}:d=${end},format=yuv420p`;
    graph.push(shown ? `[0:${video.index}]${chained(counting, shown)}[v]` : `${black}[v]`);
    output.push('-map', '[v]', ...encodeVideo('h264', 'good'), '-r', rate);
  }
  if (heard) {
    const padded = `${late(createSoundFilter(lengthMs), leadMs, 'a')},apad=whole_dur=${end},atrim=end=${end}`;
    graph.push(audio ? `[0:${audio.index}]${padded}[a]` : `anullsrc=r=48000:cl=stereo,atrim=end=${end}[a]`);
    output.push('-map', '[a]', ...encodeSound('aac'));
  }
  return ['-filter_complex', graph.join(';'), ...output];
}

/**
 * Offset of all pieces, ms. The first packets of encoders that look ahead would otherwise have negative
 * times.
 */
const BEGIN_MS = 1000;

/**
 * Encodes each piece to a transport stream, because such streams can be concatenated, and muxes them into one
 * file.
 */
async function joined(
  program: string,
  abilities: FilterSupport,
  request: CutRequest,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
): Promise<void> {
  const [format, options] = findMuxer(request.path);
  const output = ['-c', 'copy', '-progress', 'pipe:1', '-f', format, ...optionsOf(options), '-y'];
  const whole = runFfmpeg({
    program,
    file: 'stdin',
    input: ['-f', 'mpegts'],
    output: [...output, `file:${request.path}`],
    signal,
  });
  const done = finish(whole, onTime);
  done.catch(() => undefined);
  try {
    let atMs = BEGIN_MS;
    for (const piece of request.pieces) {
      const media = await describeFile(program, piece.uri, signal);
      let run: FfmpegRun | undefined;
      try {
        const leadMs = leadOf(media, piece.startMs);
        const given = pieceArguments(media, piece, request, abilities, leadMs);
        const place = ['-output_ts_offset', seconds(atMs), '-muxdelay', '0', '-muxpreload', '0'];
        const input = seekArguments(media, piece.startMs - leadMs);
        const made = [...given, ...place, '-f', 'mpegts', 'pipe:1'];
        run = runFfmpeg({ program, file: media.file, input, output: made, signal });
        for await (const bytes of bytesOf(run.stdout)) {
          if (whole.stdin?.write(bytes) === false) await Promise.race([once(whole.stdin, 'drain'), done]);
        }
        const { code, stderr } = await run.ended;
        if (code !== 0) throw mediaFailures.notConverted(stderr);
      } finally {
        run?.kill();
        await media.file.close();
      }
      atMs += piece.endMs - piece.startMs;
    }
    whole.stdin?.end();
    await done;
  } finally {
    whole.kill();
  }
}

/** Implements `cut`, see ports/converter.ts. */
export async function cutWithFfmpeg(
  program: string,
  abilities: FilterSupport,
  request: CutRequest,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
): Promise<CutResult> {
  if (request.how === 'copy') return copied(program, request, onTime, signal);
  await joined(program, abilities, request, onTime, signal);
  const durationMs = request.pieces.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return { startMs: request.pieces[0]?.startMs ?? 0, durationMs };
}
