/** A decoded row and its key. */
export interface CachedRow<T> {
  readonly row: T;
  readonly key: string;
}

/** How much the last search counts in the share of rows found here. */
const NEWEST_WEIGHT = 0.2;
/** Share of rows found here above which asking for row ids first costs less than reading all rows. */
const MIN_HIT_SHARE = 0.5;

/**
 * Keeps the rows that searches returned last, by row id. What a row id names never changes: LanceDB writes changed rows
 * as new ones, and gives no row id twice.
 */
export class RowCache<T> {
  readonly #rows = new Map<number, CachedRow<T>>();
  readonly #capacity: number;
  readonly #isAlwaysWorth: boolean;
  #hitShare = 0;

  /** `isAlwaysWorth`: reading a row costs a request, so that even a single row found here saves time. */
  constructor(capacity: number, isAlwaysWorth = false) {
    this.#capacity = capacity;
    this.#isAlwaysWorth = isAlwaysWorth;
  }

  /** Whether asking for row ids first is worth it: the last searches returned mostly rows that are kept here. */
  get isWarm(): boolean {
    return this.#isAlwaysWorth || this.#hitShare >= MIN_HIT_SHARE;
  }

  /** Counts how many of a search's rows are kept here. */
  countHits(rowIds: readonly number[]): void {
    if (rowIds.length === 0) return;
    const share = rowIds.filter((id) => this.#rows.has(id)).length / rowIds.length;
    this.#hitShare += NEWEST_WEIGHT * (share - this.#hitShare);
  }

  /** Returns a row and makes it the newest. */
  get(rowId: number): CachedRow<T> | undefined {
    const cached = this.#rows.get(rowId);
    if (cached === undefined) return undefined;
    this.#rows.delete(rowId);
    this.#rows.set(rowId, cached);
    return cached;
  }

  /** Adds a row as the newest. The oldest gives way. */
  add(rowId: number, cached: CachedRow<T>): void {
    this.#rows.delete(rowId);
    this.#rows.set(rowId, cached);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > this.#capacity && oldest !== undefined) this.#rows.delete(oldest);
  }
}
