/** Who owns an index on object storage, as written in its lease. */
export interface LeaseOwner {
  readonly host: string;
  readonly pid: number;
  /** Time at which it became the owner, ISO 8601, by its clock. For people only: clocks are never compared. */
  readonly since: string;
}

/**
 * The right to write an index on object storage. One daemon has it at a time. It renews it in the background; another
 * daemon may take it over once it was not renewed for its whole term.
 */
export interface WriteLease {
  /** Grows by one with each owner. */
  readonly token: number;
  /**
   * Resolves if this daemon may write now; renews the lease first if its last renewal is too old. Call it before each
   * commit. Throws StoreError: `notOwner` for good once another daemon has taken over, `failed` while the storage
   * cannot be reached.
   */
  check(): Promise<void>;
  /** Returns one sentence for users if this daemon is not the owner any more. */
  problem(): string | undefined;
  /** Stops renewing, and lets another daemon take over at once. Never rejects. */
  release(): Promise<void>;
}
