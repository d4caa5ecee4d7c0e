import type { AlertActions } from '../actions/alerts.ts';
import type { AskActions } from '../actions/ask.ts';
import type { CorrectActions } from '../actions/correct.ts';
import type { ExportActions } from '../actions/export.ts';
import type { LibraryActions } from '../actions/library.ts';
import type { ModelActions } from '../actions/models.ts';
import type { PlayingActions } from '../actions/playing.ts';
import type { ReelActions } from '../actions/reel.ts';
import type { WatchActions } from '../actions/watch.ts';
import type { Host } from '../host.ts';
import type { Store } from '../state.ts';

/** Bundles what the views call. */
export interface ViewActions {
  readonly asking: AskActions;
  readonly watching: WatchActions;
  readonly correcting: CorrectActions;
  readonly library: LibraryActions;
  readonly models: ModelActions;
  readonly exporting: ExportActions;
  readonly alerting: AlertActions;
  readonly reeling: ReelActions;
  readonly playing: PlayingActions;
  readonly store: Store;
  readonly host: Host;
  /** Plays a video of the library from its start. */
  readonly openVideo: (uri: string) => void;
  /** Turns single-letter shortcuts on or off. */
  readonly setLetterKeys: (isOn: boolean) => void;
  /** Tries to connect to the daemon now. */
  readonly reconnect: () => void;
  readonly stillUrl: (uri: string, ms: number, width: number) => string;
  /** Copies a text and says so. `what` is announced: "Copied as Markdown." */
  readonly copy: (text: string, what: string) => Promise<void>;
}
