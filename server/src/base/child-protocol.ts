/**
 * What a call of a child takes, sends on the way and gives back. A child's message file names its calls:
 * `type ReaderCalls = { read: { params: ReadParams; event: never; result: readonly ReadLine[] } }`.
 * Everything must survive a structured clone.
 */
export interface ChildCallTypes {
  readonly params: unknown;
  readonly event: unknown;
  readonly result: unknown;
}

/** An error as it crosses: the message, and what the child's `detailOf` made of it. */
export interface ChildErrorMessage {
  readonly message: string;
  readonly detail?: unknown;
}

export type ToChild =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  /** One event was taken; the child may send another. */
  | { readonly kind: 'taken'; readonly id: number };

export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ChildErrorMessage };

/** Events a call may have on the way before its child waits. */
export const MAX_EVENTS_IN_FLIGHT = 4;
