import type { Picture } from '../ports/decoder.ts';

/**
 * Encodes an RGB picture as JPEG. sharp is loaded on first use, because most child processes never encode
 * one.
 */
export async function encodeJpeg({ data, width, height }: Picture): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 76 })
    .toBuffer();
  return Uint8Array.from(jpeg);
}
