import { AV_NOPTS_VALUE, AVDISCARD_NONKEY } from 'node-av/constants';
import { Frame, Packet } from 'node-av/lib';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { Box, MediaHints, Picture } from '../../ports/decoder.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { mediaFailures } from './failures.ts';
import { deinterlaceFrame, isInterlaced } from './node-av-deinterlace.ts';
import { createFrameConverter, type FrameConverter } from './node-av-frame-converter.ts';
import { discardOtherTracks, type OpenMedia, openMedia, toTimeMs } from './node-av-open.ts';
import { seekBefore, seekToBeginning } from './node-av-seek.ts';
import { openVideoDecoder, type VideoDecoder } from './node-av-video.ts';

/** From this many pictures on, indexing all key frames costs less than unnecessary seeks. */
const MIN_INDEXED_PICTURES = 4;
/** Without an index, times closer than this are reached by decoding, ms. */
const MAX_DECODE_AHEAD_MS = 3000;

interface TimedFrame {
  readonly frame: Frame;
  timeMs: number;
}

/** Makes `held` refer to the frame of `other`. */
function assignFrame(target: TimedFrame, source: TimedFrame): void {
  target.frame.unref();
  target.timeMs = source.timeMs;
  if (!Number.isNaN(source.timeMs)) target.frame.ref(source.frame);
}

/** A position in a video track. It moves to the frame shown at a time with the least decoding. */
class FrameCursor {
  readonly #uri: Uri;
  readonly #hints: MediaHints | undefined;
  readonly #yieldToEventLoop: () => Promise<void> | undefined;
  readonly #signal: AbortSignal;
  readonly #packet = new Packet();
  /** The frame decoded before the shown one. */
  readonly #previousFrame: TimedFrame = { frame: new Frame(), timeMs: Number.NaN };
  readonly #currentFrame: TimedFrame = { frame: new Frame(), timeMs: Number.NaN };
  readonly #nextFrame: TimedFrame = { frame: new Frame(), timeMs: Number.NaN };
  #media: OpenMedia;
  #video: VideoDecoder;
  #converter: FrameConverter;
  /** Times of key frames in ascending order; empty if unknown. */
  #keyTimesMs: readonly number[] = [];
  /** Latest time of a packet sent to the decoder since the last jump. */
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #isAtEnd = false;

  constructor(uri: Uri, media: OpenMedia, signal: AbortSignal, hints: MediaHints | undefined) {
    if (!media.video) throw new RangeError('no video track');
    this.#uri = uri;
    this.#hints = hints;
    this.#media = media;
    this.#signal = signal;
    this.#yieldToEventLoop = createAbortableYield(signal);
    this.#video = openVideoDecoder(media.video, media.originUs);
    this.#converter = createFrameConverter(media.video);
    discardOtherTracks(media, [media.video]);
    this.#packet.alloc();
    this.#previousFrame.frame.alloc();
    this.#currentFrame.frame.alloc();
    this.#nextFrame.frame.alloc();
  }

  #packetTimeMs(): number | undefined {
    const stamp = this.#packet.pts === AV_NOPTS_VALUE ? this.#packet.dts : this.#packet.pts;
    return toTimeMs(stamp, this.#video.stream, this.#media.originUs);
  }

  /** Indexes the key frames of the whole file without decoding. */
  async index(): Promise<void> {
    const { stream } = this.#video;
    const { discard } = stream;
    stream.discard = AVDISCARD_NONKEY;
    const keyTimesMs: number[] = [];
    while (this.#media.read(this.#packet)) {
      const time = this.#packetTimeMs();
      if (this.#packet.isKeyframe && time !== undefined) keyTimesMs.push(time);
      this.#packet.unref();
      await this.#yieldToEventLoop();
    }
    stream.discard = discard;
    this.#keyTimesMs = keyTimesMs.sort((a, b) => a - b);
    await this.#returnToBeginning();
  }

  #resetDecoder(): void {
    this.#video.flush();
    for (const timedFrame of [this.#previousFrame, this.#currentFrame, this.#nextFrame]) {
      timedFrame.frame.unref();
      timedFrame.timeMs = Number.NaN;
    }
    this.#lastSentMs = Number.NEGATIVE_INFINITY;
    this.#isAtEnd = false;
  }

  /** Returns to the beginning. If the demuxer cannot seek there, the file is opened again. */
  async #returnToBeginning(): Promise<void> {
    if (!seekToBeginning(this.#media)) {
      const previousConverter = this.#converter;
      const previousVideo = this.#video;
      const previousMedia = this.#media;
      const media = await openMedia(this.#uri, this.#hints);
      this.#media = media;
      if (!media.video) throw mediaFailures.noFrame();
      discardOtherTracks(media, [media.video]);
      this.#video = openVideoDecoder(media.video, media.originUs);
      this.#converter = createFrameConverter(media.video);
      previousConverter.close();
      previousVideo.close();
      await previousMedia.close();
    }
    this.#resetDecoder();
  }

  /** Returns the last key frame at or before a time. */
  #findKeyBefore(timeMs: number): number | undefined {
    let keyMs: number | undefined;
    for (const key of this.#keyTimesMs) {
      if (key > timeMs + 0.5) break;
      keyMs = key;
    }
    return keyMs;
  }

  async #seekTo(timeMs: number): Promise<void> {
    const { stream } = this.#video;
    const cannotSeek = timeMs <= 0 || this.#video.isUntimed;
    if (cannotSeek || !(await seekBefore(this.#media, stream, timeMs, this.#signal))) {
      await this.#returnToBeginning();
    } else this.#resetDecoder();
  }

  /**
   * Decodes one more frame into `next`. Returns false at the end. Unless `exact`, non-reference frames before
   * `timeMs` are skipped.
   */
  async #decodeNext(timeMs: number, isExact: boolean): Promise<boolean> {
    for (;;) {
      const decodedFrame = this.#video.receive();
      if (decodedFrame) {
        this.#nextFrame.frame.unref();
        this.#nextFrame.frame.ref(decodedFrame.frame);
        this.#nextFrame.timeMs = decodedFrame.timeMs;
        return true;
      }
      if (this.#isAtEnd) return false;
      if (!this.#media.read(this.#packet)) {
        this.#isAtEnd = true;
        this.#video.send(null);
        continue;
      }
      if (this.#packet.streamIndex === this.#video.stream.index) {
        const time = this.#packetTimeMs();
        const { num, den } = this.#video.stream.timeBase;
        const lengthMs = Math.max(40, (Number(this.#packet.duration) * 1000 * num) / den);
        this.#video.setSkip(
          !isExact && time !== undefined && time + 2 * lengthMs < timeMs ? 'noref' : 'default',
        );
        if (time !== undefined && time <= timeMs + 0.5) this.#lastSentMs = Math.max(this.#lastSentMs, time);
        this.#video.send(this.#packet);
      }
      this.#packet.unref();
      await this.#yieldToEventLoop();
    }
  }

  /** Decodes until the next frame is later than `timeMs`. */
  async #advanceTo(timeMs: number, isExact: boolean): Promise<void> {
    while (!(this.#nextFrame.timeMs > timeMs + 0.5)) {
      if (!Number.isNaN(this.#nextFrame.timeMs)) {
        assignFrame(this.#previousFrame, this.#currentFrame);
        assignFrame(this.#currentFrame, this.#nextFrame);
      }
      if (!(await this.#decodeNext(timeMs, isExact))) break;
    }
  }

  #mustSeek(timeMs: number): boolean {
    const currentMs = this.#currentFrame.timeMs;
    if (Number.isNaN(currentMs) || timeMs + 0.5 < currentMs) return true;
    if (this.#video.isUntimed) return false;
    const key = this.#findKeyBefore(timeMs);
    return key === undefined
      ? timeMs - currentMs > MAX_DECODE_AHEAD_MS
      : key > Math.max(currentMs, this.#lastSentMs);
  }

  /** Returns the frame shown at a time. Before the first and after the last frame, returns that frame. */
  async #findFrameAt(timeMs: Ms): Promise<TimedFrame> {
    this.#signal.throwIfAborted();
    let backMs = 0;
    let isExact = false;
    let mustSeek = this.#mustSeek(timeMs);
    for (;;) {
      const seekMs = (this.#findKeyBefore(timeMs) ?? timeMs) - backMs;
      if (mustSeek) await this.#seekTo(seekMs);
      await this.#advanceTo(timeMs, isExact);
      const currentMs = this.#currentFrame.timeMs;
      if (Number.isNaN(currentMs) && seekMs > 0) {
        // The seek landed after the time, so go back further.
        backMs = Math.max(1000, backMs * 4);
      } else if (!isExact && this.#lastSentMs > currentMs + 0.5) {
        // The frame shown was one of the skipped ones.
        isExact = true;
      } else break;
      mustSeek = true;
    }
    const timedFrame = Number.isNaN(this.#currentFrame.timeMs) ? this.#nextFrame : this.#currentFrame;
    if (Number.isNaN(timedFrame.timeMs)) throw mediaFailures.noFrame();
    return timedFrame;
  }

  /** Returns the picture shown at a time, deinterlaced if necessary. */
  async picture(timeMs: Ms, box: Box): Promise<Picture> {
    let timedFrame = await this.#findFrameAt(timeMs);
    if (timedFrame === this.#nextFrame && isInterlaced(timedFrame.frame)) {
      // The first frame has no predecessor to compare it with, so one more frame is decoded.
      await this.#advanceTo(timedFrame.timeMs, true);
      timedFrame = this.#currentFrame;
    }
    const pictureTime = { timeMs: Math.max(0, Math.round(timedFrame.timeMs)) };
    if (!isInterlaced(timedFrame.frame))
      return { ...pictureTime, ...this.#converter.rgb(timedFrame.frame, box) };
    const [previous, following] = [this.#previousFrame, this.#nextFrame].map(({ frame, timeMs: time }) =>
      Number.isNaN(time) ? undefined : frame,
    );
    const deinterlacedFrame = deinterlaceFrame(previous, timedFrame.frame, following);
    try {
      return { ...pictureTime, ...this.#converter.rgb(deinterlacedFrame ?? timedFrame.frame, box) };
    } finally {
      deinterlacedFrame?.free();
    }
  }

  async close(): Promise<void> {
    this.#converter.close();
    this.#video.close();
    this.#packet.free();
    for (const { frame } of [this.#previousFrame, this.#currentFrame, this.#nextFrame]) frame.free();
    await this.#media.close();
  }
}

/**
 * Yields the frame shown at each time, in the given order. Yields nothing for a file without a video track.
 */
export async function* frames(
  uri: Uri,
  timesMs: readonly Ms[],
  box: Box,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<Picture> {
  const media = await openMedia(uri, hints);
  if (!media.video) {
    await media.close();
    return;
  }
  const cursor = new FrameCursor(uri, media, signal, hints);
  try {
    if (timesMs.length >= MIN_INDEXED_PICTURES) await cursor.index();
    for (const timeMs of timesMs) {
      yield await cursor.picture(timeMs, box);
    }
  } finally {
    await cursor.close();
  }
}
