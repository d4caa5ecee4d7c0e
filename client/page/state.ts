import type { AskResult, Citation } from '../../server/protocol/ask.ts';
import type { EvidenceKind, Ms, Uri } from '../../server/protocol/base.ts';
import type { Folder } from '../../server/protocol/folders.ts';
import type { PlaybackResult } from '../../server/protocol/playback.ts';
import type { Hit } from '../../server/protocol/search.ts';
import type { Status } from '../../server/protocol/status.ts';
import type { VideoResult, VideosResult } from '../../server/protocol/videos.ts';

/** What went wrong and what to do, for a person. */
export interface Problem {
  readonly message: string;
  readonly remedy: string;
}

/** What is looked for by its likeness: a clip, or a picture (base64) that the person chose. */
export type Likeness =
  | { readonly clip: { readonly clipId: string; readonly uri: Uri } }
  | { readonly picture: string };

/** A question or search, and how far it has come. */
export interface ChatTurn {
  readonly question: string;
  readonly kind: 'ask' | 'search';
  /** Present where something alike is searched; `question` then only names it. */
  readonly similarTo?: Likeness;
  /** The found clips were looked at again with the question in hand. */
  readonly isInspected?: boolean;
  /** `cancelled` keeps what had come in; `kept` comes from the history and has no moments. */
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'kept';
  readonly text: string;
  readonly result?: Partial<AskResult>;
  readonly problem?: Problem;
}

/** A conversation as the history keeps it. */
export interface StoredThread {
  readonly id: string;
  readonly turns: readonly StoredTurn[];
}

export interface StoredTurn {
  readonly question: string;
  readonly kind: ChatTurn['kind'];
  readonly text: string;
  readonly grounded: boolean;
  readonly citations: readonly Citation[];
}

/** A place in a video. `playMs` is where the player goes: its evidence may begin later than the moment. */
export interface PlaybackTarget {
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs?: Ms;
  readonly playMs?: Ms;
}

export interface PlaybackState extends PlaybackTarget {
  readonly playMs: Ms;
  /** Counts up with each wish to play from a place, the same one again too. */
  readonly playRequest: number;
  readonly video?: VideoResult;
  readonly trouble?: Problem;
  /** How the daemon plays it to a player that plays `plays`; absent until that is known. */
  readonly playback?: PlaybackResult & { readonly plays: readonly string[] };
  /** Why this player got nothing of it. */
  readonly playbackProblem?: Problem;
}

/** The line of the transcript that is being corrected, by its place in `VideoResult.lines`. */
export interface LineEdit {
  readonly at: number;
  readonly trouble?: Problem;
}

/** What the question box is narrowed to. */
export interface SearchScope {
  readonly uri?: Uri;
  readonly from: string;
  readonly to: string;
}

/** What the person is asked to confirm. */
export interface Confirmation {
  readonly what: 'forget' | 'readAgain' | 'remove';
  readonly uri: Uri;
}

export interface State {
  readonly link: 'connecting' | 'open' | 'gone';
  readonly view: 'ask' | 'library';
  readonly searchScope: SearchScope;
  /** Names the conversation that `earlier` and `turn` make. */
  readonly threadId: string;
  /** Turns before the present one, oldest first. */
  readonly earlierTurns: readonly ChatTurn[];
  readonly turn?: ChatTurn;
  /** Conversations of before, newest first. */
  readonly history: readonly StoredThread[];
  readonly watching?: PlaybackState;
  readonly nowMs: Ms;
  /** Kinds of lines that the transcript leaves out. */
  readonly hiddenKinds: readonly EvidenceKind[];
  readonly editing?: LineEdit;
  readonly status?: Status;
  readonly folders?: readonly Folder[];
  /** Videos by folder, as far as they were listed. */
  readonly videos: Readonly<Record<Uri, VideosResult>>;
  /** The video of the list whose actions are shown. */
  readonly expandedVideo?: Uri;
  readonly confirmation?: Confirmation;
  /** The video that was forgotten last: it can be brought back. */
  readonly lastForgotten?: Uri;
  /** Whether the keys are explained. */
  readonly showsKeys: boolean;
  /** Told to screen readers: what an action of the person has done. */
  readonly announcement: string;
  /** Said to the person until the next thing they do. */
  readonly notice?: Problem;
}

const INITIAL_STATE: State = {
  link: 'connecting',
  view: 'ask',
  searchScope: { from: '', to: '' },
  threadId: '',
  earlierTurns: [],
  history: [],
  nowMs: 0,
  hiddenKinds: ['facts'],
  videos: {},
  showsKeys: false,
  announcement: '',
};

export const currentHits = (state: State): readonly Hit[] => state.turn?.result?.hits ?? [];

export const isNarrowed = ({ uri, from, to }: SearchScope): boolean =>
  uri !== undefined || from !== '' || to !== '';

/** Whether a model serves a role now. */
export function hasModel(status: Status | undefined, role: string): boolean {
  return status?.roles.some((entry) => entry.role === role && entry.inUse !== 'none') ?? false;
}

export interface Store {
  get(): State;
  set(change: Partial<State>): void;
}

/** Holds the state; `onChange` is called once after all changes of one turn of the event loop. */
export function createStore(onChange: (state: State) => void): Store {
  let state = INITIAL_STATE;
  let isScheduled = false;
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      if (isScheduled) return;
      isScheduled = true;
      queueMicrotask(() => {
        isScheduled = false;
        onChange(state);
      });
    },
  };
}
