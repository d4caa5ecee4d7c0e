import { MediaFailureError } from '../core/errors/media-failure.ts';
import type { Box, Picture } from '../ports/decoder.ts';

/** Maximum number of pixels, the same as for the video decoder. */
const MAX_PICTURE_PIXELS = 67_108_864;

function toUnreadableFailure(reason: string, cause?: unknown): MediaFailureError {
  return new MediaFailureError(
    { kind: 'unreadable', reason, remedy: 'Use a valid JPEG or PNG file.' },
    { cause },
  );
}

/** Signatures of JPEG and PNG. Client data never reaches sharp's other decoders. */
const isJpeg = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
const isPng = (bytes: Uint8Array) =>
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);

/**
 * Decodes a JPEG or PNG, applies its orientation and scales it to fit a box. Transparency becomes white.
 * Throws MediaFailureError for anything else. Runs in a child process, because the bytes come from outside.
 * sharp is loaded on first use.
 */
export async function decodePicture(bytes: Uint8Array, box: Box): Promise<Picture> {
  if (!isJpeg(bytes) && !isPng(bytes)) throw toUnreadableFailure('The picture is not a JPEG or PNG file.');
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
    throw toUnreadableFailure('The picture has an unsupported colour format.');
  } catch (error) {
    if (error instanceof MediaFailureError) throw error;
    const sharpMessage = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw toUnreadableFailure(`Cannot read the picture: ${sharpMessage}.`, error);
  }
}
