import type { AskActions } from '../actions/ask.ts';
import type { LibraryActions } from '../actions/library.ts';
import type { Host } from '../host.ts';
import type { PlaybackTarget, Store } from '../state.ts';

/** What the parts of the view of questions do. */
export interface AskViewActions {
  readonly asking: AskActions;
  readonly store: Store;
  readonly watch: (moment: PlaybackTarget) => void;
  readonly stillUrl: (uri: string, ms: number, width: number) => string;
}

/** What the parts of the library do. */
export interface LibraryViewActions {
  readonly library: LibraryActions;
  readonly host: Host;
  readonly watch: (moment: PlaybackTarget) => void;
}
