import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Limits an unpacked message, bytes: enough for the vectors of a day of video. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Numbers that JSON cannot express. */
const SPECIAL_NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

function replace(_key: string, value: unknown): unknown {
  if (value instanceof Float32Array)
    return { $floats: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return { $number: '-0' };
  return Number.isFinite(value) ? value : { $number: String(value) };
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$floats' in value && typeof value.$floats === 'string') {
    const bytes = Buffer.from(value.$floats, 'base64');
    return new Float32Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.length / 4));
  }
  if ('$number' in value && typeof value.$number === 'string') return SPECIAL_NUMBERS[value.$number];
  return value;
}

/** Converts plain data, with vectors, to a short text. */
export async function packMessage(message: unknown): Promise<string> {
  const bytes = await deflate(Buffer.from(JSON.stringify(message, replace)));
  return bytes.toString('base64');
}

/** Converts back what `packMessage` returned. Rejects for anything else. */
export async function unpackMessage(text: string): Promise<unknown> {
  const bytes = await inflate(Buffer.from(text, 'base64'), { maxOutputLength: MAX_BYTES });
  return JSON.parse(bytes.toString(), revive);
}
