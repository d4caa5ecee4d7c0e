import type { ConversationTurn } from '../core/domain/conversation.ts';
import type { Scope } from '../core/domain/search-result.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import type { Search } from '../search/search.ts';

/** Where one question is looked up, and how much is wanted. Steps that look elsewhere copy it with another scope. */
export interface QuestionLookup {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
  readonly search: Search;
  readonly scope: Scope;
  readonly conversation: readonly ConversationTurn[];
  /** Most places; -1: all. */
  readonly k: number;
  readonly signal: AbortSignal;
}

/** Returns the first `k` of a list; all of it if `k` is -1. */
export function firstK<T>(items: readonly T[], k: number): readonly T[] {
  return k < 0 ? items : items.slice(0, k);
}
