/** A part of a file. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

const FOOTER_BYTES = 40;

/**
 * Returns where the values of each column lie in a data file of Lance (file format 2), in the order of the schema. The
 * footer leads to a table of columns, and each column's metadata (protobuf) to its pages and their buffers.
 */
export function findColumnBuffers(file: Buffer): readonly (readonly ByteRange[])[] {
  const footer = file.subarray(-FOOTER_BYTES);
  if (footer.toString('latin1', FOOTER_BYTES - 4) !== 'LANC') throw new Error('This is no file of Lance.');
  const tableStart = Number(footer.readBigUInt64LE(8));
  const columns = footer.readUInt32LE(28);
  return Array.from({ length: columns }, (_, column) => {
    const entry = tableStart + 16 * column;
    const start = Number(file.readBigUInt64LE(entry));
    const length = Number(file.readBigUInt64LE(entry + 8));
    const pages = readMessages(file.subarray(start, start + length), 2);
    return pages.flatMap((page) => {
      const [offsets, sizes] = [1, 2].map((field) => readMessages(page, field).flatMap(readVarints));
      return (offsets ?? []).map((offset, at) => ({ start: offset, length: sizes?.[at] ?? 0 }));
    });
  });
}

/** Returns the values of a length-delimited field of a protobuf message. */
function readMessages(message: Buffer, wantedField: number): readonly Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    const { value, end } = readVarint(message, at);
    at = end;
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const [field, wireType] = [Math.floor(key / 8), key % 8];
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else {
      const length = varint();
      if (field === wantedField) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}

function readVarints(packed: Buffer): readonly number[] {
  const values: number[] = [];
  for (let at = 0; at < packed.length; ) {
    const { value, end } = readVarint(packed, at);
    values.push(value);
    at = end;
  }
  return values;
}

function readVarint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at += 1, factor *= 128) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('A number is cut off.');
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at + 1 };
  }
}
