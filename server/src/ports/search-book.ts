import type { OpenedSearch } from '../core/training/opened-search.ts';

/** Keeps searches that led to a click. */
export interface SearchBook {
  /** Never rejects: what cannot be kept is lost. */
  add(search: OpenedSearch): Promise<void>;
  /** Returns all that can be read, oldest first. */
  read(): Promise<readonly OpenedSearch[]>;
}
