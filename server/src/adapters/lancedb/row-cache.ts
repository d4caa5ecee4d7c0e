/** A row as bytes: the lengths of its fields, then the fields. */
export interface PackedRow {
  text(field: number): string;
  /** Bytes that never change. */
  bytes(field: number): Uint8Array;
}

/** How a row is kept: as a number of fields, each a text or bytes in UTF-8. */
export interface RowCodec<T> {
  readonly fieldCount: number;
  toFields(row: T): readonly (string | Uint8Array)[];
  fromFields(packed: PackedRow): T;
}

/** Bytes that rows are written to, one after the other. They are never overwritten, so a row may be read at any time. */
interface Block {
  readonly bytes: Buffer;
  readonly rowIds: number[];
  end: number;
}

interface Place {
  readonly block: Block;
  readonly start: number;
}

const BLOCK_BYTES = 512 * 1024;
/** Row ids that are remembered to tell whether a row was returned before. */
const REMEMBERED_IDS = 65_536;
const LENGTH_BYTES = 4;

/**
 * Keeps rows that searches return often, by row id. What a row id names never changes: LanceDB writes changed rows as new
 * ones, and gives no row id twice.
 *
 * Rows are kept as bytes, because the garbage collector would visit thousands of objects again and again. A row is kept
 * when it is returned for the second time: most rows of a large index are not.
 */
export class RowCache<T> {
  readonly #codec: RowCodec<T>;
  readonly #maxBlocks: number;
  /** Oldest first. */
  readonly #blocks: Block[] = [];
  readonly #places = new Map<number, Place>();
  readonly #returnedIds = new Float64Array(REMEMBERED_IDS).fill(-1);

  constructor(codec: RowCodec<T>, capacityBytes: number) {
    this.#codec = codec;
    this.#maxBlocks = Math.max(1, Math.floor(capacityBytes / BLOCK_BYTES));
  }

  get(rowId: number): T | undefined {
    const place = this.#places.get(rowId);
    return place && this.#codec.fromFields(readPacked(place, this.#codec.fieldCount));
  }

  /** Notes that a search returned a row that is not kept. Keeps it if it was returned before. */
  add(rowId: number, row: T): void {
    const slot = rowId % REMEMBERED_IDS;
    if (this.#returnedIds[slot] !== rowId) {
      this.#returnedIds[slot] = rowId;
      return;
    }
    if (this.#places.has(rowId)) return;
    const fields = this.#codec.toFields(row);
    const lengths = fields.map((field) => Buffer.byteLength(field));
    const size = lengths.reduce((sum, length) => sum + length, LENGTH_BYTES * fields.length);
    if (size > BLOCK_BYTES) return;
    const block = this.#blockFor(size);
    this.#places.set(rowId, { block, start: block.end });
    block.rowIds.push(rowId);
    for (const length of lengths) block.end = block.bytes.writeUInt32LE(length, block.end);
    for (const field of fields) {
      if (typeof field === 'string') block.end += block.bytes.write(field, block.end);
      else {
        block.bytes.set(field, block.end);
        block.end += field.length;
      }
    }
  }

  /** Returns a block with room for `size` bytes. The oldest one gives way to a new one. */
  #blockFor(size: number): Block {
    const newest = this.#blocks.at(-1);
    if (newest !== undefined && newest.end + size <= BLOCK_BYTES) return newest;
    if (this.#blocks.length >= this.#maxBlocks)
      for (const rowId of this.#blocks.shift()?.rowIds ?? []) this.#places.delete(rowId);
    const block = { bytes: Buffer.allocUnsafeSlow(BLOCK_BYTES), rowIds: [], end: 0 };
    this.#blocks.push(block);
    return block;
  }
}

function readPacked({ block: { bytes }, start }: Place, fieldCount: number): PackedRow {
  const lengthOf = (field: number) => bytes.readUInt32LE(start + LENGTH_BYTES * field);
  const startOf = (field: number) => {
    let at = start + LENGTH_BYTES * fieldCount;
    for (let i = 0; i < field; i += 1) at += lengthOf(i);
    return at;
  };
  return {
    text: (field) => bytes.toString('utf8', startOf(field), startOf(field) + lengthOf(field)),
    bytes: (field) => bytes.subarray(startOf(field), startOf(field) + lengthOf(field)),
  };
}
