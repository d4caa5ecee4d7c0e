import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const compress = promisify(deflate);
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Bit depth 8, colour type RGB, and the only compression, filter method and interlacing in use. */
const RGB_8_BIT = [8, 2, 0, 0, 0];

function chunk(type: string, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(body.length + 12);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(body, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, body.length + 8)), body.length + 8);
  return bytes;
}

/**
 * Encodes an RGB picture as PNG, without loss. Node's zlib does the work, because native image libraries do
 * not run in the daemon.
 */
export async function encodePng({
  width,
  height,
  data,
}: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}): Promise<Uint8Array> {
  const stride = width * 3;
  // Each row starts with its filter: 1, the difference to the pixel on the left.
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const at = y * (stride + 1);
    rows[at] = 1;
    for (let x = 0; x < stride; x += 1) {
      const left = x < 3 ? 0 : (data[y * stride + x - 3] ?? 0);
      rows[at + 1 + x] = (data[y * stride + x] ?? 0) - left;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(RGB_8_BIT, 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', await compress(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}
