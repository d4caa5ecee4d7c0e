import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_RGB48LE,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  type AVPixelFormat,
  SWS_ACCURATE_RND,
  SWS_AREA,
  SWS_BICUBIC,
} from 'node-av/constants';
import { FFmpegError, Frame, SoftwareScaleContext, type Stream } from 'node-av/lib';
import type { Box } from '../../ports/decoder.ts';
import { unmarkInterlaced } from './node-av-deinterlace.ts';
import { findPixelAspect, findStreamOrientation } from './node-av-probe.ts';
import { fitInside, rotatePicture, toShownSizePx, toUnturnedSize } from './orientation.ts';
import { type HdrTransfer, mapToSdr } from './tone-map.ts';

/** Size of the grey pictures for measuring shots and motion, px. */
export const GREY_BOX: Box = { width: 64, height: 36 };

export interface FrameConverter {
  /** Converts to RGB as shown, scaled into the box. */
  rgb(frame: Frame, box: Box): Box & { readonly data: Uint8Array };
  /** Converts to luma 0..255 as shown, stretched to GREY_BOX. */
  grey(frame: Frame): Uint8Array;
  close(): void;
}

/** Pixel formats whose first plane is 8-bit luma. */
const LUMA_FIRST_FORMATS: readonly number[] = [
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_GRAY8,
];
const FULL_RANGE_FORMATS: readonly number[] = [
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_GRAY8,
];

/** Maps luma of video range (16..235) to 0..255. */
const FULL_RANGE_LUMA = Uint8Array.from({ length: 256 }, (_, n) =>
  Math.max(0, Math.min(255, Math.round(((n - 16) * 255) / 219))),
);

const HDR_TRANSFERS: ReadonlyMap<number, HdrTransfer> = new Map([
  [AVCOL_TRC_SMPTE2084, 'pq'],
  [AVCOL_TRC_ARIB_STD_B67, 'hlg'],
]);

function allocateFrame(size: Box, format: AVPixelFormat): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = size.width;
  frame.height = size.height;
  frame.format = format;
  FFmpegError.throwIfError(frame.getBuffer(1), 'a picture');
  return frame;
}

/** An RGB picture of one size, with its scaler. */
interface Canvas {
  readonly scale: SoftwareScaleContext;
  readonly target: Frame;
}

function createCanvas(size: Box, format: AVPixelFormat): Canvas {
  // This kind of scaler reads size, format and colour of each frame. It could also map HDR to SDR, but does
  // so at full size, which takes longer than decoding.
  const scale = new SoftwareScaleContext();
  scale.allocContext();
  scale.setOption('sws_flags', SWS_BICUBIC | SWS_ACCURATE_RND);
  const target = allocateFrame(size, format);
  target.colorRange = AVCOL_RANGE_JPEG;
  target.colorSpace = AVCOL_SPC_RGB;
  return { scale, target };
}

/** Scales luma planes of one size down to GREY_BOX by averaging. */
class LumaScaler {
  readonly size: Box;
  readonly #scaler = new SoftwareScaleContext();
  readonly #target: Frame;
  constructor(size: Box, target: Box) {
    this.size = size;
    this.#scaler.getContext(
      size.width,
      size.height,
      AV_PIX_FMT_GRAY8,
      target.width,
      target.height,
      AV_PIX_FMT_GRAY8,
      SWS_AREA,
    );
    this.#target = allocateFrame(target, AV_PIX_FMT_GRAY8);
  }
  /** Returns the scaled first plane, without a range conversion. */
  run(frame: Frame): Uint8Array {
    const { format } = frame;
    // Marked as grey, so that the scaler ignores the other planes. This saves two thirds of the time.
    frame.format = AV_PIX_FMT_GRAY8;
    const code = this.#scaler.scaleFrameSync(this.#target, frame);
    frame.format = format;
    FFmpegError.throwIfError(code, 'scaling a picture');
    return this.#target.toBuffer();
  }
  close(): void {
    this.#scaler.freeContext();
    this.#target.free();
  }
}

/** Creates a converter for the frames of one video track. It does not deinterlace. */
export function createFrameConverter(stream: Stream): FrameConverter {
  const orientation = findStreamOrientation(stream);
  const pixelAspect = findPixelAspect(stream);
  const canvases = new Map<string, Canvas>();
  const unrotatedGreySize = toUnturnedSize(GREY_BOX, orientation);
  let lumaScaler: LumaScaler | undefined;

  const scaleToRgb = (frame: Frame, size: Box): Uint8Array => {
    unmarkInterlaced(frame);
    const transfer = HDR_TRANSFERS.get(frame.colorTrc);
    const key = `${size.width} ${size.height} ${transfer}`;
    const canvas = canvases.get(key) ?? createCanvas(size, transfer ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24);
    canvases.set(key, canvas);
    const { scale, target } = canvas;
    // Equal on both sides, so that only size and matrix change and code values stay.
    target.colorTrc = frame.colorTrc;
    target.colorPrimaries = frame.colorPrimaries;
    FFmpegError.throwIfError(scale.scaleFrameSync(target, frame), 'scaling a picture');
    const bytes = target.toBuffer();
    if (!transfer) return bytes;
    // A copy, because 16-bit values must be at even addresses.
    return mapToSdr(new Uint16Array(new Uint8Array(bytes).buffer), transfer);
  };

  return {
    rgb(frame, box) {
      const size = fitInside(toShownSizePx(frame.width, frame.height, pixelAspect, orientation), box);
      const unrotatedSize = toUnturnedSize(size, orientation);
      return {
        ...size,
        data: rotatePicture(scaleToRgb(frame, unrotatedSize), unrotatedSize, 3, orientation),
      };
    },
    grey(frame) {
      if (!LUMA_FIRST_FORMATS.includes(frame.format) || HDR_TRANSFERS.has(frame.colorTrc)) {
        return rotatePicture(toLuma(scaleToRgb(frame, unrotatedGreySize)), unrotatedGreySize, 1, orientation);
      }
      if (lumaScaler?.size.width !== frame.width || lumaScaler.size.height !== frame.height) {
        lumaScaler?.close();
        lumaScaler = new LumaScaler({ width: frame.width, height: frame.height }, unrotatedGreySize);
      }
      unmarkInterlaced(frame);
      const values = lumaScaler.run(frame);
      const isFullRange = frame.colorRange === AVCOL_RANGE_JPEG || FULL_RANGE_FORMATS.includes(frame.format);
      if (!isFullRange)
        for (let at = 0; at < values.length; at += 1) values[at] = FULL_RANGE_LUMA[values[at] ?? 0] ?? 0;
      return rotatePicture(values, unrotatedGreySize, 1, orientation);
    },
    close() {
      for (const { scale, target } of canvases.values()) {
        scale.freeContext();
        target.free();
      }
      lumaScaler?.close();
    },
  };
}

/** Returns the luma of RGB (BT.709 weights). */
function toLuma(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let n = 0; n < grey.length; n += 1) {
    grey[n] = Math.round(
      0.2126 * (rgb[n * 3] ?? 0) + 0.7152 * (rgb[n * 3 + 1] ?? 0) + 0.0722 * (rgb[n * 3 + 2] ?? 0),
    );
  }
  return grey;
}
