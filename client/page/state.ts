import type { AskResult } from '../../server/protocol/ask.ts';
import type { Ms, Uri } from '../../server/protocol/base.ts';
import type { Folder } from '../../server/protocol/folders.ts';
import type { PlaybackResult } from '../../server/protocol/playback.ts';
import type { Hit } from '../../server/protocol/search.ts';
import type { Status } from '../../server/protocol/status.ts';
import type { VideoResult, VideosResult } from '../../server/protocol/videos.ts';

/** What went wrong and what to do, for a person. */
export interface Trouble {
  readonly message: string;
  readonly remedy: string;
}

/** A question or search, and how far it has come. */
export interface Turn {
  readonly question: string;
  readonly kind: 'ask' | 'search';
  /** `cancelled` keeps what had come in. */
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly text: string;
  readonly result?: Partial<AskResult>;
  readonly trouble?: Trouble;
}

/** A place in a video. */
export interface Moment {
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs?: Ms;
}

export interface Watching extends Moment {
  /** Counts up with each wish to play from a place, the same one again too. */
  readonly wish: number;
  readonly video?: VideoResult;
  readonly trouble?: Trouble;
  /** How the daemon plays it to a player that plays `plays`; absent until that is known. */
  readonly playback?: PlaybackResult & { readonly plays: readonly string[] };
  /** Why this player got nothing of it. */
  readonly unplayable?: Trouble;
}

/** What the question box is narrowed to. */
export interface Narrowing {
  readonly uri?: Uri;
  readonly from: string;
  readonly to: string;
}

export interface State {
  readonly link: 'connecting' | 'open' | 'gone';
  readonly view: 'ask' | 'library';
  readonly narrowing: Narrowing;
  readonly turn?: Turn;
  /** Earlier questions, newest first. */
  readonly history: readonly string[];
  readonly watching?: Watching;
  readonly nowMs: Ms;
  readonly status?: Status;
  readonly folders?: readonly Folder[];
  /** Videos by folder, as far as they were listed. */
  readonly videos: Readonly<Record<Uri, VideosResult>>;
  /** Said to the person until the next thing they do. */
  readonly notice?: Trouble;
}

export const initial: State = {
  link: 'connecting',
  view: 'ask',
  narrowing: { from: '', to: '' },
  history: [],
  nowMs: 0,
  videos: {},
};

export const hitsOf = (state: State): readonly Hit[] => state.turn?.result?.hits ?? [];

export interface Store {
  get(): State;
  set(change: Partial<State>): void;
}

/** Holds the state; `onChange` is called once after all changes of one turn of the event loop. */
export function createStore(onChange: (state: State) => void): Store {
  let state = initial;
  let due = false;
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      if (due) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        onChange(state);
      });
    },
  };
}
