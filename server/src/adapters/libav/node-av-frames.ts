import { AV_NOPTS_VALUE, AVDISCARD_NONKEY, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Frame, Packet } from 'node-av/lib';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { Box, Picture } from '../../ports/decoder.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { mediaFailures } from './failures.ts';
import { deinterlaced, isInterlaced } from './node-av-deinterlace.ts';
import { createFrameConverter, type FrameConverter } from './node-av-frame-converter.ts';
import { discardOtherTracks, type OpenMedia, openMedia, toTimeMs, toTimeStamp } from './node-av-open.ts';
import { toBeginning } from './node-av-seek.ts';
import { openVideoDecoder, type VideoDecoder } from './node-av-video.ts';

/** From this many pictures on, indexing all key frames costs less than unnecessary seeks. */
const WORTH_AN_INDEX = 4;
/** Without an index, times closer than this are reached by decoding, ms. */
const NEAR_MS = 3000;

interface Held {
  readonly frame: Frame;
  timeMs: number;
}

/** Makes `held` refer to the frame of `other`. */
function hold(held: Held, other: Held): void {
  held.frame.unref();
  held.timeMs = other.timeMs;
  if (!Number.isNaN(other.timeMs)) held.frame.ref(other.frame);
}

/** A position in a video track. It moves to the frame shown at a time with the least decoding. */
class Cursor {
  readonly #uri: Uri;
  readonly #breath: () => Promise<void> | undefined;
  readonly #signal: AbortSignal;
  readonly #packet = new Packet();
  /** The frame decoded before the shown one. */
  readonly #before: Held = { frame: new Frame(), timeMs: Number.NaN };
  readonly #shown: Held = { frame: new Frame(), timeMs: Number.NaN };
  readonly #next: Held = { frame: new Frame(), timeMs: Number.NaN };
  #media: OpenMedia;
  #video: VideoDecoder;
  #painter: FrameConverter;
  /** Times of key frames in ascending order; empty if unknown. */
  #keys: readonly number[] = [];
  /** Latest time of a packet sent to the decoder since the last jump. */
  #readMs = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(uri: Uri, media: OpenMedia, signal: AbortSignal) {
    if (!media.video) throw new RangeError('no video track');
    this.#uri = uri;
    this.#media = media;
    this.#signal = signal;
    this.#breath = createAbortableYield(signal);
    this.#video = openVideoDecoder(media.video, media.originUs);
    this.#painter = createFrameConverter(media.video);
    discardOtherTracks(media, [media.video]);
    this.#packet.alloc();
    this.#before.frame.alloc();
    this.#shown.frame.alloc();
    this.#next.frame.alloc();
  }

  #packetMs(): number | undefined {
    const stamp = this.#packet.pts === AV_NOPTS_VALUE ? this.#packet.dts : this.#packet.pts;
    return toTimeMs(stamp, this.#video.stream, this.#media.originUs);
  }

  /** Indexes the key frames of the whole file without decoding. */
  async index(): Promise<void> {
    const { stream } = this.#video;
    const { discard } = stream;
    stream.discard = AVDISCARD_NONKEY;
    const keys: number[] = [];
    while (this.#media.format.readFrameSync(this.#packet) >= 0) {
      const time = this.#packetMs();
      if (this.#packet.isKeyframe && time !== undefined) keys.push(time);
      this.#packet.unref();
      await this.#breath();
    }
    stream.discard = discard;
    this.#keys = keys.sort((a, b) => a - b);
    await this.#restart();
  }

  #forget(): void {
    this.#video.flush();
    for (const held of [this.#before, this.#shown, this.#next]) {
      held.frame.unref();
      held.timeMs = Number.NaN;
    }
    this.#readMs = Number.NEGATIVE_INFINITY;
    this.#ended = false;
  }

  /** Returns to the beginning. If the demuxer cannot seek there, the file is opened again. */
  async #restart(): Promise<void> {
    if (!toBeginning(this.#media)) {
      const painter = this.#painter;
      const video = this.#video;
      const former = this.#media;
      const media = await openMedia(this.#uri);
      this.#media = media;
      if (!media.video) throw mediaFailures.noFrame();
      discardOtherTracks(media, [media.video]);
      this.#video = openVideoDecoder(media.video, media.originUs);
      this.#painter = createFrameConverter(media.video);
      painter.close();
      video.close();
      await former.close();
    }
    this.#forget();
  }

  /** Returns the last key frame at or before a time. */
  #keyBefore(timeMs: number): number | undefined {
    let found: number | undefined;
    for (const key of this.#keys) {
      if (key > timeMs + 0.5) break;
      found = key;
    }
    return found;
  }

  async #jump(timeMs: number): Promise<void> {
    const { stream } = this.#video;
    const stamp = toTimeStamp(Math.max(0, timeMs), stream, this.#media.originUs);
    const blind = timeMs <= 0 || this.#video.untimed;
    if (blind || this.#media.format.seekFrameSync(stream.index, stamp, AVSEEK_FLAG_BACKWARD) < 0) {
      await this.#restart();
    } else this.#forget();
  }

  /**
   * Decodes one more frame into `next`. Returns false at the end. Unless `exact`, non-reference frames before
   * `timeMs` are skipped.
   */
  async #decode(timeMs: number, exact: boolean): Promise<boolean> {
    for (;;) {
      const got = this.#video.receive();
      if (got) {
        this.#next.frame.unref();
        this.#next.frame.ref(got.frame);
        this.#next.timeMs = got.timeMs;
        return true;
      }
      if (this.#ended) return false;
      if (this.#media.format.readFrameSync(this.#packet) < 0) {
        this.#ended = true;
        this.#video.send(null);
        continue;
      }
      if (this.#packet.streamIndex === this.#video.stream.index) {
        const time = this.#packetMs();
        const { num, den } = this.#video.stream.timeBase;
        const lengthMs = Math.max(40, (Number(this.#packet.duration) * 1000 * num) / den);
        this.#video.skip(!exact && time !== undefined && time + 2 * lengthMs < timeMs ? 'noref' : 'default');
        if (time !== undefined && time <= timeMs + 0.5) this.#readMs = Math.max(this.#readMs, time);
        this.#video.send(this.#packet);
      }
      this.#packet.unref();
      await this.#breath();
    }
  }

  /** Decodes until the next frame is later than `timeMs`. */
  async #advance(timeMs: number, exact: boolean): Promise<void> {
    while (!(this.#next.timeMs > timeMs + 0.5)) {
      if (!Number.isNaN(this.#next.timeMs)) {
        hold(this.#before, this.#shown);
        hold(this.#shown, this.#next);
      }
      if (!(await this.#decode(timeMs, exact))) break;
    }
  }

  #mustJump(timeMs: number): boolean {
    const at = this.#shown.timeMs;
    if (Number.isNaN(at) || timeMs + 0.5 < at) return true;
    if (this.#video.untimed) return false;
    const key = this.#keyBefore(timeMs);
    return key === undefined ? timeMs - at > NEAR_MS : key > Math.max(at, this.#readMs);
  }

  /** Returns the frame shown at a time. Before the first and after the last frame, returns that frame. */
  async #seek(timeMs: Ms): Promise<Held> {
    this.#signal.throwIfAborted();
    let backMs = 0;
    let exact = false;
    let jump = this.#mustJump(timeMs);
    for (;;) {
      const from = (this.#keyBefore(timeMs) ?? timeMs) - backMs;
      if (jump) await this.#jump(from);
      await this.#advance(timeMs, exact);
      const shown = this.#shown.timeMs;
      if (Number.isNaN(shown) && from > 0) {
        // The seek landed after the time, so go back further.
        backMs = Math.max(1000, backMs * 4);
      } else if (!exact && this.#readMs > shown + 0.5) {
        // The frame shown was one of the skipped ones.
        exact = true;
      } else break;
      jump = true;
    }
    const held = Number.isNaN(this.#shown.timeMs) ? this.#next : this.#shown;
    if (Number.isNaN(held.timeMs)) throw mediaFailures.noFrame();
    return held;
  }

  /** Returns the picture shown at a time, deinterlaced if necessary. */
  async picture(timeMs: Ms, box: Box): Promise<Picture> {
    let held = await this.#seek(timeMs);
    if (held === this.#next && isInterlaced(held.frame)) {
      // The first frame has no predecessor to compare it with, so one more frame is decoded.
      await this.#advance(held.timeMs, true);
      held = this.#shown;
    }
    const at = { timeMs: Math.max(0, Math.round(held.timeMs)) };
    if (!isInterlaced(held.frame)) return { ...at, ...this.#painter.rgb(held.frame, box) };
    const [before, after] = [this.#before, this.#next].map(({ frame, timeMs: time }) =>
      Number.isNaN(time) ? undefined : frame,
    );
    const whole = deinterlaced(before, held.frame, after);
    try {
      return { ...at, ...this.#painter.rgb(whole ?? held.frame, box) };
    } finally {
      whole?.free();
    }
  }

  async close(): Promise<void> {
    this.#painter.close();
    this.#video.close();
    this.#packet.free();
    for (const { frame } of [this.#before, this.#shown, this.#next]) frame.free();
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
): AsyncGenerator<Picture> {
  const media = await openMedia(uri);
  if (!media.video) {
    await media.close();
    return;
  }
  const cursor = new Cursor(uri, media, signal);
  try {
    if (timesMs.length >= WORTH_AN_INDEX) await cursor.index();
    for (const timeMs of timesMs) {
      yield await cursor.picture(timeMs, box);
    }
  } finally {
    await cursor.close();
  }
}
