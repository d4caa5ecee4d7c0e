import { FFmpegError, Packet } from 'node-av/lib';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { CutRequest, CutResult, StreamRequest } from '../../ports/converter.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { fitEven } from './convert-filters.ts';
import { FRAGMENTED_MP4_OPTIONS, findMuxer } from './convert-muxers.ts';
import { mediaFailures } from './failures.ts';
import { openSoundEncoder, openVideoEncoder } from './node-av-encode.ts';
import { discardOtherTracks, type OpenMedia, openMedia } from './node-av-open.ts';
import { type MediaOutput, openMediaOutput } from './node-av-output.ts';
import {
  createCopyTrack,
  createPictureTrack,
  createSoundTrack,
  type FileRange,
  type OutputTrack,
} from './node-av-output-tracks.ts';
import { findPixelAspect, findStreamOrientation } from './node-av-probe.ts';
import { seekToKeyFrameBefore } from './node-av-seek.ts';
import { openSoundDecoder } from './node-av-sound.ts';
import { toShownSizePx } from './orientation.ts';

/** Frame rate above which a stream encoded for playback is reduced, frames per second. */
const SMOOTH = 33;

function rateOf({ video }: OpenMedia): number {
  const rate = video?.avgFrameRate;
  return rate && rate.num > 0 && rate.den > 0 ? Math.min(240, rate.num / rate.den) : 25;
}

/** Returns whether the sound can be decoded. A track that cannot is left out, as players do. */
function isHeard({ audio, originUs }: OpenMedia): boolean {
  const decoder = audio && openSoundDecoder(audio, originUs);
  decoder?.close();
  return decoder !== undefined;
}

/** Feeds the packets of one piece to the output tracks. Yields after each packet. */
async function* runPiece(
  media: OpenMedia,
  range: FileRange,
  lanes: readonly OutputTrack[],
  signal: AbortSignal,
) {
  const parts = lanes.map((lane) => lane.piece(media, range));
  const open = new Set(parts.filter(({ stream }) => stream !== undefined));
  const packet = new Packet();
  packet.alloc();
  const breath = createAbortableYield(signal);
  try {
    discardOtherTracks(
      media,
      [...open].map(({ stream }) => stream),
    );
    while (open.size > 0 && media.format.readFrameSync(packet) >= 0) {
      const { streamIndex } = packet;
      for (const part of open)
        if (part.stream?.index === streamIndex && !(await part.take(packet))) open.delete(part);
      packet.unref();
      const turn = breath();
      if (turn) await turn;
      yield;
    }
    for (const part of parts) await part.finish();
    yield;
  } finally {
    packet.free();
    for (const part of parts) part.close();
  }
}

/** Turns an error from libav during the conversion into a failure of the file. */
function told(error: unknown): unknown {
  return error instanceof FFmpegError ? mediaFailures.notConverted(error.message) : error;
}

async function closeAll(lanes: readonly OutputTrack[], output: MediaOutput, media: OpenMedia): Promise<void> {
  for (const lane of lanes) lane.close();
  await output.close();
  await media.close();
}

/** Implements `convert`, see ports/converter.ts. */
export async function* convert(
  uri: Uri,
  request: StreamRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const media = await openMedia(uri);
  const output = openMediaOutput(
    request.container,
    request.container === 'mp4' ? FRAGMENTED_MP4_OPTIONS : {},
    undefined,
  );
  const lanes: OutputTrack[] = [];
  const untold = () => undefined;
  try {
    const { video, audio } = media;
    if (video !== undefined && request.video === 'copy')
      lanes.push(createCopyTrack(output, (from) => from.video, output.copied(video), untold));
    else if (video !== undefined && request.video !== 'none' && request.video !== 'copy') {
      const { width, height } = video.codecpar;
      const size = fitEven(
        toShownSizePx(width, height, findPixelAspect(video), findStreamOrientation(video)),
        request.box,
      );
      const fast = rateOf(media) > SMOOTH;
      const encoder = openVideoEncoder(
        request.video,
        'light',
        size,
        fast ? 30 : rateOf(media),
        output.global,
      );
      const track = output.encoded(encoder.context);
      lanes.push(
        createPictureTrack({ output, encoder, track, size, rate: fast ? '30' : undefined, onTime: untold }),
      );
    }
    if (audio !== undefined && request.audio === 'copy')
      lanes.push(createCopyTrack(output, (from) => from.audio, output.copied(audio), untold));
    else if (request.audio !== 'none' && request.audio !== 'copy' && isHeard(media)) {
      const encoder = openSoundEncoder(request.audio, output.global);
      lanes.push(createSoundTrack(output, encoder, output.encoded(encoder.context), untold));
    }
    if (lanes.length === 0) throw mediaFailures.notMedia();
    await output.begin();
    seekToKeyFrameBefore(media, request.startMs);
    for await (const _ of runPiece(media, { startMs: request.startMs }, lanes, signal)) yield* output.taken();
    for (const lane of lanes) await lane.end();
    await output.end();
    yield* output.taken();
  } catch (error) {
    throw told(error);
  } finally {
    await closeAll(lanes, output, media);
  }
}

/** Copies tracks without encoding, from the key frame at or before the start. */
async function copied(
  request: CutRequest,
  media: OpenMedia,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
) {
  const [piece] = request.pieces;
  if (piece === undefined) throw new Error('nothing to cut');
  const output = openMediaOutput(...findMuxer(request.path), request.path);
  const lanes: OutputTrack[] = [];
  let doneMs = 0;
  const onPacket = (timeMs: Ms) => {
    doneMs = Math.max(doneMs, timeMs);
    onTime(doneMs);
  };
  try {
    const startMs =
      media.video === undefined ? piece.startMs : Math.round(seekToKeyFrameBefore(media, piece.startMs));
    for (const pick of [(from: OpenMedia) => from.video, (from: OpenMedia) => from.audio]) {
      const stream = pick(media);
      if (stream !== undefined) lanes.push(createCopyTrack(output, pick, output.copied(stream), onPacket));
    }
    await output.begin();
    seekToKeyFrameBefore(media, piece.startMs);
    for await (const _ of runPiece(media, { startMs, endMs: piece.endMs }, lanes, signal));
    await output.end();
    return { startMs, durationMs: piece.endMs - startMs };
  } catch (error) {
    throw told(error);
  } finally {
    for (const lane of lanes) lane.close();
    await output.close();
  }
}

/** Implements `cut`, see ports/converter.ts. */
export async function cut(
  request: CutRequest,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
): Promise<CutResult> {
  const { pieces, path, size, rate } = request;
  const [first] = pieces;
  if (first === undefined) throw new Error('nothing to cut');
  if (request.how === 'copy') {
    const media = await openMedia(first.uri);
    try {
      return await copied(request, media, onTime, signal);
    } finally {
      await media.close();
    }
  }
  const output = openMediaOutput(...findMuxer(path), path);
  const lanes: OutputTrack[] = [];
  try {
    if (size !== undefined) {
      const fps = rate === undefined ? 25 : rate.frames / rate.seconds;
      const encoder = openVideoEncoder('h264', 'good', size, fps, output.global);
      const track = output.encoded(encoder.context);
      const named = `${rate?.frames ?? 25}/${rate?.seconds ?? 1}`;
      lanes.push(createPictureTrack({ output, encoder, track, size, rate: named, onTime }));
    }
    if (request.audio) {
      const encoder = openSoundEncoder('aac', output.global);
      const onSound = size === undefined ? onTime : () => undefined;
      lanes.push(createSoundTrack(output, encoder, output.encoded(encoder.context), onSound));
    }
    if (lanes.length === 0) throw mediaFailures.notMedia();
    await output.begin();
    for (const piece of pieces) {
      const media = await openMedia(piece.uri);
      try {
        seekToKeyFrameBefore(media, piece.startMs);
        for await (const _ of runPiece(media, piece, lanes, signal));
      } finally {
        await media.close();
      }
    }
    for (const lane of lanes) await lane.end();
    await output.end();
    const durationMs = pieces.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    return { startMs: first.startMs, durationMs };
  } catch (error) {
    throw told(error);
  } finally {
    for (const lane of lanes) lane.close();
    await output.close();
  }
}
