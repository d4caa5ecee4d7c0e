import type { AskResult, Citation } from '../../server/protocol/ask.ts';
import type { EvidenceKind, Ms, Uri } from '../../server/protocol/base.ts';
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

/** What is looked for by its likeness: a clip, or a picture (base64) that the person chose. */
export type Likeness =
  | { readonly clip: { readonly clipId: string; readonly uri: Uri } }
  | { readonly picture: string };

/** A question or search, and how far it has come. */
export interface Turn {
  readonly question: string;
  readonly kind: 'ask' | 'search';
  /** Present where something alike is searched; `question` then only names it. */
  readonly likeness?: Likeness;
  /** The found clips were looked at again with the question in hand. */
  readonly inspected?: boolean;
  /** `cancelled` keeps what had come in; `kept` comes from the history and has no moments. */
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'kept';
  readonly text: string;
  readonly result?: Partial<AskResult>;
  readonly trouble?: Trouble;
}

/** A conversation as the history keeps it. */
export interface KeptThread {
  readonly id: string;
  readonly turns: readonly KeptTurn[];
}

export interface KeptTurn {
  readonly question: string;
  readonly kind: Turn['kind'];
  readonly text: string;
  readonly grounded: boolean;
  readonly citations: readonly Citation[];
}

/** A place in a video. `playMs` is where the player goes: its evidence may begin later than the moment. */
export interface Moment {
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs?: Ms;
  readonly playMs?: Ms;
}

export interface Watching extends Moment {
  readonly playMs: Ms;
  /** Counts up with each wish to play from a place, the same one again too. */
  readonly wish: number;
  readonly video?: VideoResult;
  readonly trouble?: Trouble;
  /** How the daemon plays it to a player that plays `plays`; absent until that is known. */
  readonly playback?: PlaybackResult & { readonly plays: readonly string[] };
  /** Why this player got nothing of it. */
  readonly unplayable?: Trouble;
}

/** The line of the transcript that is being corrected, by its place in `VideoResult.lines`. */
export interface Editing {
  readonly at: number;
  readonly trouble?: Trouble;
}

/** What the question box is narrowed to. */
export interface Narrowing {
  readonly uri?: Uri;
  readonly from: string;
  readonly to: string;
}

/** What the person is asked to confirm. */
export interface Confirming {
  readonly what: 'forget' | 'readAgain' | 'remove';
  readonly uri: Uri;
}

export interface State {
  readonly link: 'connecting' | 'open' | 'gone';
  readonly view: 'ask' | 'library';
  readonly narrowing: Narrowing;
  /** Names the conversation that `earlier` and `turn` make. */
  readonly threadId: string;
  /** Turns before the present one, oldest first. */
  readonly earlier: readonly Turn[];
  readonly turn?: Turn;
  /** Conversations of before, newest first. */
  readonly history: readonly KeptThread[];
  readonly watching?: Watching;
  readonly nowMs: Ms;
  /** Kinds of lines that the transcript leaves out. */
  readonly hiddenKinds: readonly EvidenceKind[];
  readonly editing?: Editing;
  readonly status?: Status;
  readonly folders?: readonly Folder[];
  /** Videos by folder, as far as they were listed. */
  readonly videos: Readonly<Record<Uri, VideosResult>>;
  /** The video of the list whose actions are shown. */
  readonly opened?: Uri;
  readonly confirming?: Confirming;
  /** The video that was forgotten last: it can be brought back. */
  readonly forgotten?: Uri;
  /** Whether the keys are explained. */
  readonly keys: boolean;
  /** Told to screen readers: what an action of the person has done. */
  readonly said: string;
  /** Said to the person until the next thing they do. */
  readonly notice?: Trouble;
}

export const initial: State = {
  link: 'connecting',
  view: 'ask',
  narrowing: { from: '', to: '' },
  threadId: '',
  earlier: [],
  history: [],
  nowMs: 0,
  hiddenKinds: ['facts'],
  videos: {},
  keys: false,
  said: '',
};

export const hitsOf = (state: State): readonly Hit[] => state.turn?.result?.hits ?? [];

export const isNarrowed = ({ uri, from, to }: Narrowing): boolean =>
  uri !== undefined || from !== '' || to !== '';

/** Whether a model serves a role now. */
export function serves(status: Status | undefined, role: string): boolean {
  return status?.roles.some((one) => one.role === role && one.inUse !== 'none') ?? false;
}

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
