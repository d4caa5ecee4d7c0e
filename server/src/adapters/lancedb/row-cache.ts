const LENGTH_BYTES = 4;

/** A row as bytes: the lengths of its fields, then the fields. */
export class PackedRow {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #fieldCount: number;

  constructor(bytes: Buffer, start: number, fieldCount: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#fieldCount = fieldCount;
  }

  text(field: number): string {
    const start = this.#startOf(field);
    return this.#bytes.toString('utf8', start, start + this.#lengthOf(field));
  }

  /** Returns bytes that never change. */
  bytes(field: number): Uint8Array {
    const start = this.#startOf(field);
    return this.#bytes.subarray(start, start + this.#lengthOf(field));
  }

  #lengthOf(field: number): number {
    return this.#bytes.readUInt32LE(this.#start + LENGTH_BYTES * field);
  }

  #startOf(field: number): number {
    let start = this.#start + LENGTH_BYTES * this.#fieldCount;
    for (let i = 0; i < field; i += 1) start += this.#lengthOf(i);
    return start;
  }
}

/** How a row is kept: as fields, each a text or bytes in UTF-8. Every row has as many. */
export interface RowCodec<T> {
  toFields(row: T): readonly (string | Uint8Array)[];
  fromFields(packed: PackedRow): T;
}

/** Bytes that rows are written to, one after the other. They are never overwritten, so a row may be read at any time. */
interface Block {
  readonly bytes: Buffer;
  readonly rowIds: number[];
  end: number;
}

const BLOCK_BYTES = 512 * 1024;
/** Row ids that are remembered to tell whether a row was returned before. */
const REMEMBERED_IDS = 65_536;

/**
 * Keeps rows that searches return often, by row id. What a row id names never changes: LanceDB writes changed rows as new
 * ones, and gives no row id twice.
 *
 * Rows are kept as bytes, because the garbage collector would visit thousands of objects again and again. A row is kept
 * when it is returned for the second time: most rows of a large index are not. `keepsAll`: at the first time, because
 * reading it again costs a request.
 */
export class RowCache<T> {
  readonly #codec: RowCodec<T>;
  readonly #maxBlocks: number;
  readonly #keepsAll: boolean;
  /** Oldest first. */
  readonly #blocks: Block[] = [];
  readonly #rows = new Map<number, PackedRow>();
  readonly #returnedIds = new Float64Array(REMEMBERED_IDS).fill(-1);

  constructor(codec: RowCodec<T>, capacityBytes: number, { keepsAll = false } = {}) {
    this.#codec = codec;
    this.#keepsAll = keepsAll;
    this.#maxBlocks = Math.max(1, Math.floor(capacityBytes / BLOCK_BYTES));
  }

  get(rowId: number): T | undefined {
    const packed = this.#rows.get(rowId);
    return packed && this.#codec.fromFields(packed);
  }

  /** Notes that a search returned a row that is not kept. Keeps it if it was returned before, or all are kept. */
  add(rowId: number, row: T): void {
    const slot = rowId % REMEMBERED_IDS;
    if (!this.#keepsAll && this.#returnedIds[slot] !== rowId) {
      this.#returnedIds[slot] = rowId;
      return;
    }
    if (this.#rows.has(rowId)) return;
    const fields = this.#codec.toFields(row);
    const lengths = fields.map((field) => Buffer.byteLength(field));
    const size = lengths.reduce((sum, length) => sum + length, LENGTH_BYTES * fields.length);
    if (size > BLOCK_BYTES) return;
    const block = this.#blockFor(size);
    this.#rows.set(rowId, new PackedRow(block.bytes, block.end, fields.length));
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
      for (const rowId of this.#blocks.shift()?.rowIds ?? []) this.#rows.delete(rowId);
    const block = { bytes: Buffer.allocUnsafeSlow(BLOCK_BYTES), rowIds: [], end: 0 };
    this.#blocks.push(block);
    return block;
  }
}
