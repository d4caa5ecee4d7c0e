import { MediaFailureError } from '../core/errors/media-failure.ts';
import type { Box, Picture } from '../ports/decoder.ts';

/** Pixels that a picture may have: what a decoder of video is allowed too. */
const MAX_PICTURE_PIXELS = 67_108_864;

function toUnreadableFailure(reason: string, cause?: unknown): MediaFailureError {
  return new MediaFailureError(
    { kind: 'unreadable', reason, remedy: 'Give another JPEG or PNG.' },
    { cause },
  );
}

/** JPEG and PNG begin with these bytes; no other reader of sharp is let near what a client sent. */
const isJpeg = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
const isPng = (bytes: Uint8Array) =>
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);

/**
 * Reads a JPEG or PNG as a person would see it, scaled to fit a box; what is transparent is white. Throws a
 * FailureError for anything else. Loaded on first use, in a child: the bytes come from outside.
 */
export async function decodePicture(bytes: Uint8Array, box: Box): Promise<Picture> {
  if (!isJpeg(bytes) && !isPng(bytes)) throw toUnreadableFailure('The picture is no JPEG or PNG.');
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PICTURE_PIXELS, failOn: 'error' })
      .autoOrient()
      .resize({ ...box, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels === 3) return { timeMs: 0, width, height, data: Uint8Array.from(data) };
    throw toUnreadableFailure('The picture has no colours of a kind that is known.');
  } catch (error) {
    if (error instanceof MediaFailureError) throw error;
    const sharpMessage = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw toUnreadableFailure(`The picture cannot be read: ${sharpMessage}.`, error);
  }
}
