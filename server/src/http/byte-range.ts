/** Bytes from `start` to `end`, both inside. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What of a file of `size` bytes a Range header asks for: `all` where there is none or one that may be left out
 * (several ranges, another unit), `none` where it lies outside the file.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'all' | 'none' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return 'all';
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? 'none' : { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  if (match[2] !== '' && Number(match[2]) < start) return 'all';
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start >= size ? 'none' : { start, end };
}
