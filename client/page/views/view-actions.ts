import type { AskActions } from '../actions/ask.ts';
import type { LibraryActions } from '../actions/library.ts';
import type { Host } from '../host.ts';
import type { PlaybackTarget, Store } from '../state.ts';

/** Bundles the actions of the Ask view. */
export interface AskViewActions {
  readonly asking: AskActions;
  readonly store: Store;
  readonly watch: (moment: PlaybackTarget) => void;
  readonly stillUrl: (uri: string, ms: number, width: number) => string;
}

/** Bundles the actions of the library. */
export interface LibraryViewActions {
  readonly library: LibraryActions;
  readonly host: Host;
  readonly watch: (moment: PlaybackTarget) => void;
}
