import { FFmpegError, Packet } from 'node-av/lib';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { CutRequest, CutResult, StreamRequest } from '../../ports/converter.ts';
import type { MediaHints } from '../../ports/decoder.ts';
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
const MAX_PLAYBACK_FPS = 33;

function toFramesPerSecond({ video }: OpenMedia): number {
  const rate = video?.avgFrameRate;
  return rate && rate.num > 0 && rate.den > 0 ? Math.min(240, rate.num / rate.den) : 25;
}

/** Returns whether the sound can be decoded. A track that cannot is left out, as players do. */
function canDecodeSound({ audio, originUs }: OpenMedia): boolean {
  const decoder = audio && openSoundDecoder(audio, originUs);
  decoder?.close();
  return decoder !== undefined;
}

/** Feeds the packets of one piece to the output tracks. Yields after each packet. */
async function* runPiece(
  media: OpenMedia,
  range: FileRange,
  outputTracks: readonly OutputTrack[],
  signal: AbortSignal,
) {
  const trackPieces = outputTracks.map((outputTrack) => outputTrack.openPiece(media, range));
  const openPieces = new Set(trackPieces.filter(({ stream }) => stream !== undefined));
  const packet = new Packet();
  packet.alloc();
  const yieldToEventLoop = createAbortableYield(signal);
  try {
    discardOtherTracks(
      media,
      [...openPieces].map(({ stream }) => stream),
    );
    while (openPieces.size > 0 && media.read(packet)) {
      const { streamIndex } = packet;
      for (const trackPiece of openPieces)
        if (trackPiece.stream?.index === streamIndex && !(await trackPiece.take(packet)))
          openPieces.delete(trackPiece);
      packet.unref();
      const pendingYield = yieldToEventLoop();
      if (pendingYield) await pendingYield;
      yield;
    }
    for (const trackPiece of trackPieces) await trackPiece.finish();
    yield;
  } finally {
    packet.free();
    for (const trackPiece of trackPieces) trackPiece.close();
  }
}

/** Turns an error from libav during the conversion into a failure of the file. */
function toConversionError(error: unknown): unknown {
  return error instanceof FFmpegError ? mediaFailures.notConverted(error.message) : error;
}

async function closeAll(
  outputTracks: readonly OutputTrack[],
  output: MediaOutput,
  media: OpenMedia,
): Promise<void> {
  for (const outputTrack of outputTracks) outputTrack.close();
  await output.close();
  await media.close();
}

/** Implements `convert`, see ports/converter.ts. */
export async function* convert(
  uri: Uri,
  request: StreamRequest,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<Uint8Array> {
  const media = await openMedia(uri, hints);
  const output = openMediaOutput(
    request.container,
    request.container === 'mp4' ? FRAGMENTED_MP4_OPTIONS : {},
    undefined,
  );
  const outputTracks: OutputTrack[] = [];
  const ignoreTime = () => undefined;
  try {
    const { video, audio } = media;
    if (video !== undefined && request.video === 'copy')
      outputTracks.push(
        createCopyTrack(output, (source) => source.video, output.addCopiedTrack(video), ignoreTime),
      );
    else if (video !== undefined && request.video !== 'none' && request.video !== 'copy') {
      const { width, height } = video.codecpar;
      const size = fitEven(
        toShownSizePx(width, height, findPixelAspect(video), findStreamOrientation(video)),
        request.box,
      );
      const isAboveMaxFps = toFramesPerSecond(media) > MAX_PLAYBACK_FPS;
      const encoder = openVideoEncoder(
        request.video,
        'light',
        size,
        isAboveMaxFps ? 30 : toFramesPerSecond(media),
        output.usesGlobalHeader,
      );
      const track = output.addEncodedTrack(encoder.context);
      outputTracks.push(
        createPictureTrack({
          output,
          encoder,
          track,
          size,
          rate: isAboveMaxFps ? '30' : undefined,
          onTime: ignoreTime,
        }),
      );
    }
    if (audio !== undefined && request.audio === 'copy')
      outputTracks.push(
        createCopyTrack(output, (source) => source.audio, output.addCopiedTrack(audio), ignoreTime),
      );
    else if (request.audio !== 'none' && request.audio !== 'copy' && canDecodeSound(media)) {
      const encoder = openSoundEncoder(request.audio, output.usesGlobalHeader);
      outputTracks.push(
        createSoundTrack(output, encoder, output.addEncodedTrack(encoder.context), ignoreTime),
      );
    }
    if (outputTracks.length === 0) throw mediaFailures.notMedia();
    await output.begin();
    await seekToKeyFrameBefore(media, request.startMs, signal);
    for await (const _ of runPiece(media, { startMs: request.startMs }, outputTracks, signal))
      yield* output.takeBytes();
    for (const outputTrack of outputTracks) await outputTrack.end();
    await output.end();
    yield* output.takeBytes();
  } catch (error) {
    throw toConversionError(error);
  } finally {
    await closeAll(outputTracks, output, media);
  }
}

/** Copies tracks without encoding, from the key frame at or before the start. */
async function cutByCopying(
  request: CutRequest,
  media: OpenMedia,
  onTime: (doneMs: Ms) => void,
  signal: AbortSignal,
) {
  const [piece] = request.pieces;
  if (piece === undefined) throw new Error('nothing to cut');
  const output = openMediaOutput(...findMuxer(request.path), request.path);
  const outputTracks: OutputTrack[] = [];
  let doneMs = 0;
  const onPacket = (timeMs: Ms) => {
    doneMs = Math.max(doneMs, timeMs);
    onTime(doneMs);
  };
  try {
    const startMs =
      media.video === undefined
        ? piece.startMs
        : Math.round(await seekToKeyFrameBefore(media, piece.startMs, signal));
    for (const pickStream of [(source: OpenMedia) => source.video, (source: OpenMedia) => source.audio]) {
      const stream = pickStream(media);
      if (stream !== undefined)
        outputTracks.push(createCopyTrack(output, pickStream, output.addCopiedTrack(stream), onPacket));
    }
    await output.begin();
    await seekToKeyFrameBefore(media, piece.startMs, signal);
    for await (const _ of runPiece(media, { startMs, endMs: piece.endMs }, outputTracks, signal));
    await output.end();
    return { startMs, durationMs: piece.endMs - startMs };
  } catch (error) {
    throw toConversionError(error);
  } finally {
    for (const outputTrack of outputTracks) outputTrack.close();
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
    const media = await openMedia(first.uri, first.hints);
    try {
      return await cutByCopying(request, media, onTime, signal);
    } finally {
      await media.close();
    }
  }
  const output = openMediaOutput(...findMuxer(path), path);
  const outputTracks: OutputTrack[] = [];
  try {
    if (size !== undefined) {
      const fps = rate === undefined ? 25 : rate.frames / rate.seconds;
      const encoder = openVideoEncoder('h264', 'good', size, fps, output.usesGlobalHeader);
      const track = output.addEncodedTrack(encoder.context);
      const rateText = `${rate?.frames ?? 25}/${rate?.seconds ?? 1}`;
      outputTracks.push(createPictureTrack({ output, encoder, track, size, rate: rateText, onTime }));
    }
    if (request.audio) {
      const encoder = openSoundEncoder('aac', output.usesGlobalHeader);
      const onSound = size === undefined ? onTime : () => undefined;
      outputTracks.push(createSoundTrack(output, encoder, output.addEncodedTrack(encoder.context), onSound));
    }
    if (outputTracks.length === 0) throw mediaFailures.notMedia();
    await output.begin();
    for (const piece of pieces) {
      const media = await openMedia(piece.uri, piece.hints);
      try {
        await seekToKeyFrameBefore(media, piece.startMs, signal);
        for await (const _ of runPiece(media, piece, outputTracks, signal));
      } finally {
        await media.close();
      }
    }
    for (const outputTrack of outputTracks) await outputTrack.end();
    await output.end();
    const durationMs = pieces.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    return { startMs: first.startMs, durationMs };
  } catch (error) {
    throw toConversionError(error);
  } finally {
    for (const outputTrack of outputTracks) outputTrack.close();
    await output.close();
  }
}
