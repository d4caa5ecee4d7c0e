import { rm } from 'node:fs/promises';
import { createFfmpegDecoder } from '../adapters/libav/ffmpeg-decoder.ts';
import { encodeJpeg } from '../adapters/sharp-jpeg.ts';
import { decodePicture } from '../adapters/sharp-picture.ts';
import { serveChildCalls } from '../base/child-server.ts';
import type { VideoAnalysis } from '../core/domain/video-analysis.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { shiftRanges } from '../core/media/clip-segmenter.ts';
import { createVideoAnalyser } from '../core/media/video-analyser.ts';
import type { Converter } from '../ports/converter.ts';
import type { Decoder, MediaHints } from '../ports/decoder.ts';
import type { ErrorDetail, Heartbeat, MediaBackend, MediaCalls } from './media-messages.ts';

/** Interval between heartbeats, ms. */
const HEARTBEAT_INTERVAL_MS = 5000;
/** Interval between progress events, ms of video. */
const PROGRESS_INTERVAL_MS = 1000;
/** Small pictures from which colours are measured. */
const COLOUR_FRAMES = { width: 64, height: 64, everyMs: 1000 };

let nodeAvDecoder: Promise<Decoder & Converter> | undefined;

/** Opens the decoder. node-av is loaded on first use: its library is large and may be missing on this platform. */
async function openDecoder({ kind, ffmpegPath }: MediaBackend): Promise<Decoder & Converter> {
  if (kind === 'ffmpeg') return createFfmpegDecoder(ffmpegPath);
  nodeAvDecoder ??= import('../adapters/libav/node-av-decoder.ts').then(({ createNodeAvDecoder }) =>
    createNodeAvDecoder(),
  );
  try {
    return await nodeAvDecoder;
  } catch (error) {
    if (kind === 'node-av') throw error;
    return createFfmpegDecoder(ffmpegPath);
  }
}

/** Runs work that may send no events for long, and sends heartbeats meanwhile. */
async function withHeartbeat<T>(
  emit: (event: Heartbeat) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const timer = setInterval(() => {
    emit('alive').catch(() => undefined);
  }, HEARTBEAT_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Measures a file in one pass, and in another one over the sound of each further track while all so far are silent. */
async function measureVideo(
  decoder: Decoder,
  { uri, hints, audioTracks, clipMs, durationMs, fromMs }: MediaCalls['measure']['params'],
  onTime: (timeMs: number) => Promise<void>,
  signal: AbortSignal,
): Promise<VideoAnalysis> {
  const analyser = createVideoAnalyser({ clipMs, durationMs: Math.max(0, durationMs - fromMs) });
  const [firstTrack, ...otherTracks] = audioTracks;
  const withTrack = (audio: number | undefined): MediaHints =>
    audio === undefined ? { ...hints } : { ...hints, tracks: { ...hints?.tracks, audio } };
  const request = { grey: true, frames: COLOUR_FRAMES, audio: true };
  for await (const event of decoder.pass(uri, request, signal, withTrack(firstTrack))) {
    const timeMs = event.timeMs - fromMs;
    if (timeMs >= 0 && event.kind === 'grey') analyser.grey(timeMs, event.data);
    else if (timeMs >= 0 && event.kind === 'frame') analyser.colour({ ...event, timeMs });
    else if (timeMs >= 0 && event.kind === 'audio') analyser.audio(timeMs, event.samples, event.channel);
    await onTime(event.timeMs);
  }
  let soundTrack: number | undefined;
  for (const track of otherTracks) {
    if (!analyser.isSilent()) break;
    analyser.restartAudio();
    for await (const event of decoder.pass(uri, { audio: true }, signal, withTrack(track)))
      if (event.kind === 'audio' && event.timeMs >= fromMs)
        analyser.audio(event.timeMs - fromMs, event.samples, event.channel);
    soundTrack = track;
  }
  const { clips, textTimes, ...others } = analyser.finish();
  return {
    ...others,
    clips: shiftRanges(clips, fromMs),
    textTimes: shiftRanges(textTimes, fromMs).map((state) => ({ ...state, readMs: state.readMs + fromMs })),
    soundTrack: analyser.isSilent() ? undefined : soundTrack,
  };
}

serveChildCalls<MediaCalls>(
  {
    async probe({ uri, backend }, { signal, emit }) {
      const decoder = await openDecoder(backend);
      return withHeartbeat(emit, () => decoder.probe(uri, signal));
    },
    async subtitles({ uri, backend, hints, stream }, { signal, emit }) {
      const decoder = await openDecoder(backend);
      return withHeartbeat(emit, () => decoder.subtitles(uri, stream, signal, hints));
    },
    async subtitleTracks({ uri, backend }, { signal, emit }) {
      const decoder = await openDecoder(backend);
      return withHeartbeat(emit, () => decoder.subtitleTracks(uri, signal));
    },
    async subtitlePictures({ uri, backend, hints, stream }, { signal, emit }) {
      const decoder = await openDecoder(backend);
      return withHeartbeat(emit, async () => {
        for await (const picture of decoder.subtitlePictures(uri, stream, signal, hints)) await emit(picture);
        return null;
      });
    },
    async frames({ uri, backend, hints, timesMs, box }, { signal, emit }) {
      const decoder = await openDecoder(backend);
      return withHeartbeat(emit, async () => {
        for await (const picture of decoder.frames(uri, timesMs, box, signal, hints)) await emit(picture);
        return null;
      });
    },
    async still({ uri, backend, hints, timeMs, box }, { signal, emit }) {
      const decoder = await openDecoder(backend);
      return withHeartbeat(emit, async () => {
        for await (const picture of decoder.frames(uri, [timeMs], box, signal, hints))
          return encodeJpeg(picture);
        throw new Error('The decoder gave no picture.');
      });
    },
    async picture({ bytes, box }, { emit }) {
      return withHeartbeat(emit, () => decodePicture(bytes, box));
    },
    async pass({ uri, backend, hints, request }, { signal, emit }) {
      const decoder = await openDecoder(backend);
      return withHeartbeat(emit, async () => {
        for await (const event of decoder.pass(uri, request, signal, hints)) await emit(event);
        return null;
      });
    },
    async measure(params, { signal, emit }) {
      const decoder = await openDecoder(params.backend);
      let reportedMs = 0;
      const onTime = async (timeMs: number) => {
        if (timeMs - reportedMs < PROGRESS_INTERVAL_MS) return;
        reportedMs = timeMs;
        await emit(timeMs);
      };
      return withHeartbeat(emit, () => measureVideo(decoder, params, onTime, signal));
    },
    async convert({ uri, backend, hints, request }, { signal, emit }) {
      const converter = await openDecoder(backend);
      return withHeartbeat(emit, async () => {
        for await (const bytes of converter.convert(uri, request, signal, hints)) await emit(bytes);
        return null;
      });
    },
    async cut({ request, backend }, { signal, emit }) {
      const converter = await openDecoder(backend);
      let reportedMs = 0;
      const onTime = (doneMs: number) => {
        if (doneMs - reportedMs < PROGRESS_INTERVAL_MS) return;
        reportedMs = doneMs;
        emit(reportedMs).catch(() => undefined);
      };
      try {
        return await withHeartbeat(emit, () => converter.cut(request, onTime, signal));
      } catch (error) {
        // A parent that cancelled the call may have removed the file before it was created.
        await rm(request.path, { force: true });
        throw error;
      }
    },
  },
  (error): ErrorDetail | undefined =>
    error instanceof MediaFailureError ? { failure: error.failure } : undefined,
);
