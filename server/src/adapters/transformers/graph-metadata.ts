/** Fields of ONNX's ModelProto and StringStringEntryProto (protobuf). */
const METADATA_FIELD = 14;
const KEY_FIELD = 1;
const VALUE_FIELD = 2;

/** Protobuf wire types: a varint, 8 bytes, bytes with their length, 4 bytes. */
const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH_DELIMITED = 2;
const FOUR_BYTES = 5;

interface Field {
  readonly number: number;
  /** The bytes of a field with a length; empty for numbers. */
  readonly bytes: Uint8Array;
}

/** Yields the fields of one protobuf message, without the fields inside them. */
function* readFields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let factor = 1; at < message.length; factor *= 128) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new Error('the file is cut off');
  };
  while (at < message.length) {
    const tag = readVarint();
    const wireType = tag % 8;
    let size = 0;
    if (wireType === VARINT) readVarint();
    else if (wireType === EIGHT_BYTES) at += 8;
    else if (wireType === FOUR_BYTES) at += 4;
    else if (wireType === LENGTH_DELIMITED) size = readVarint();
    else throw new Error('the file is not an ONNX graph');
    yield { number: Math.floor(tag / 8), bytes: message.subarray(at, at + size) };
    at += size;
  }
}

/** Returns the metadata entries of an ONNX graph. Throws if the bytes are not a graph. */
export function readGraphMetadata(graph: Uint8Array): ReadonlyMap<string, string> {
  const decoder = new TextDecoder();
  const entries = new Map<string, string>();
  for (const field of readFields(graph)) {
    if (field.number !== METADATA_FIELD) continue;
    const texts = new Map([...readFields(field.bytes)].map(({ number, bytes }) => [number, bytes]));
    entries.set(decoder.decode(texts.get(KEY_FIELD)), decoder.decode(texts.get(VALUE_FIELD)));
  }
  return entries;
}
