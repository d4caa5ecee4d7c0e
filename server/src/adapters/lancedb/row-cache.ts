/** How a row is written as a list of strings, always of the same number, and read again. */
export interface RowCodec<T> {
  readonly fieldCount: number;
  toFields(row: T): readonly string[];
  fromFields(fields: readonly string[]): T;
}

/** Row ids that are remembered to tell whether a row was asked for before. */
const REMEMBERED_IDS = 65_536;
/** A row that takes more than this share of the cache is not kept. */
const MAX_ROW_SHARE = 1 / 16;
const LENGTH_BYTES = 4;

/**
 * Keeps rows that searches return often, by row id. What a row id names never changes: LanceDB writes changed rows as new
 * ones, and gives no row id twice.
 *
 * Rows are kept as bytes in one block, the oldest overwritten first, because the garbage collector would visit thousands
 * of objects again and again. A row is kept when it is returned for the second time: most rows of a large index are not.
 */
export class RowCache<T> {
  readonly #codec: RowCodec<T>;
  readonly #capacity: number;
  /** Created with the first row. */
  #bytes: Buffer | undefined;
  /** Where each row starts, oldest first. */
  readonly #places = new Map<number, number>();
  #end = 0;
  readonly #returnedIds = new Float64Array(REMEMBERED_IDS).fill(-1);

  constructor(codec: RowCodec<T>, capacityBytes: number) {
    this.#codec = codec;
    this.#capacity = capacityBytes;
  }

  get(rowId: number): T | undefined {
    const bytes = this.#bytes;
    const place = this.#places.get(rowId);
    if (bytes === undefined || place === undefined) return undefined;
    const { fieldCount } = this.#codec;
    const fields: string[] = [];
    let start = place + LENGTH_BYTES * fieldCount;
    for (let i = 0; i < fieldCount; i += 1) {
      const end = start + bytes.readUInt32LE(place + LENGTH_BYTES * i);
      fields.push(bytes.toString('utf8', start, end));
      start = end;
    }
    return this.#codec.fromFields(fields);
  }

  /** Notes that a search returned a row that is not kept. Keeps it if it was returned before. */
  add(rowId: number, row: T): void {
    const slot = rowId % REMEMBERED_IDS;
    if (this.#returnedIds[slot] !== rowId) {
      this.#returnedIds[slot] = rowId;
      return;
    }
    const fields = this.#codec.toFields(row);
    const lengths = fields.map((field) => Buffer.byteLength(field));
    const size = lengths.reduce((sum, length) => sum + length, LENGTH_BYTES * fields.length);
    if (size > this.#capacity * MAX_ROW_SHARE || this.#places.has(rowId)) return;
    const place = this.#freePlace(size);
    this.#bytes ??= Buffer.allocUnsafeSlow(this.#capacity);
    let start = place + LENGTH_BYTES * fields.length;
    for (const [i, field] of fields.entries()) {
      this.#bytes.writeUInt32LE(lengths[i] ?? 0, place + LENGTH_BYTES * i);
      start += this.#bytes.write(field, start);
    }
    this.#places.set(rowId, place);
    this.#end = place + size;
  }

  /** Drops the oldest rows until there is room for `size` bytes. Returns where it is. */
  #freePlace(size: number): number {
    if (this.#end + size > this.#capacity) {
      this.#dropOldest(this.#end, this.#capacity);
      this.#end = 0;
    }
    this.#dropOldest(this.#end, this.#end + size);
    return this.#end;
  }

  /** Drops the oldest rows as long as they start in a range. */
  #dropOldest(from: number, to: number): void {
    for (const [rowId, place] of this.#places) {
      if (place < from || place >= to) return;
      this.#places.delete(rowId);
    }
  }
}
