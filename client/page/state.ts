import type { AskResult, Citation } from '../../server/protocol/ask.ts';
import type { EvidenceKind, Ms, Uri } from '../../server/protocol/base.ts';
import type { Folder } from '../../server/protocol/folders.ts';
import type { PlaybackResult } from '../../server/protocol/playback.ts';
import type { Hit } from '../../server/protocol/search.ts';
import type { Status } from '../../server/protocol/status.ts';
import type { VideoResult, VideosResult } from '../../server/protocol/videos.ts';

/** Describes for the user what went wrong and what to do. */
export interface Problem {
  readonly message: string;
  readonly remedy: string;
}

/** Describes the example of a similarity search: a clip, or an image (base64) that the user chose. */
export type Likeness =
  | { readonly clip: { readonly clipId: string; readonly uri: Uri } }
  | { readonly picture: string };

/** Describes a question or search and its progress. */
export interface ChatTurn {
  readonly question: string;
  readonly kind: 'ask' | 'search';
  /** Present for a similarity search. `question` is only its title then. */
  readonly similarTo?: Likeness;
  /** True if the model examined the frames of the found clips for this question. */
  readonly isInspected?: boolean;
  /** `cancelled` keeps the partial answer. `kept` comes from the history and has no moments. */
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'kept';
  readonly text: string;
  readonly result?: Partial<AskResult>;
  readonly problem?: Problem;
}

/** Describes a conversation in the history. */
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

/** Describes a moment to play. `playMs` is where playback starts: the evidence may start later than the moment. */
export interface PlaybackTarget {
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs?: Ms;
  readonly playMs?: Ms;
}

export interface PlaybackState extends PlaybackTarget {
  readonly playMs: Ms;
  /** Increases with each request to play from a time, even the same time. */
  readonly playRequest: number;
  readonly video?: VideoResult;
  readonly trouble?: Problem;
  /** How the daemon delivers the video to a player that supports `plays`. Absent until known. */
  readonly playback?: PlaybackResult & { readonly plays: readonly string[] };
  /** Why this player could not play the video. */
  readonly playbackProblem?: Problem;
}

/** Describes the transcript line being corrected. `at` is its index in `VideoResult.lines`. */
export interface LineEdit {
  readonly at: number;
  readonly trouble?: Problem;
}

/** Describes the scope of the question box. */
export interface SearchScope {
  readonly uri?: Uri;
  readonly from: string;
  readonly to: string;
}

/** Describes the action that the user must confirm. */
export interface Confirmation {
  readonly what: 'forget' | 'readAgain' | 'remove';
  readonly uri: Uri;
}

export interface State {
  readonly link: 'connecting' | 'open' | 'gone';
  readonly view: 'ask' | 'library';
  readonly searchScope: SearchScope;
  /** Identifies the conversation of `earlierTurns` and `turn`. */
  readonly threadId: string;
  /** The turns before the current one, oldest first. */
  readonly earlierTurns: readonly ChatTurn[];
  readonly turn?: ChatTurn;
  /** Earlier conversations, newest first. */
  readonly history: readonly StoredThread[];
  readonly watching?: PlaybackState;
  readonly nowMs: Ms;
  /** The kinds of lines that the transcript hides. */
  readonly hiddenKinds: readonly EvidenceKind[];
  readonly editing?: LineEdit;
  readonly status?: Status;
  readonly folders?: readonly Folder[];
  /** The listed videos, by folder. */
  readonly videos: Readonly<Record<Uri, VideosResult>>;
  /** The listed video whose actions are shown. */
  readonly expandedVideo?: Uri;
  readonly confirmation?: Confirmation;
  /** The video removed last. It can be restored. */
  readonly lastForgotten?: Uri;
  /** True if the keyboard help is open. */
  readonly showsKeys: boolean;
  /** The result of the user's last action, announced to screen readers. */
  readonly announcement: string;
  /** A problem, shown until the user's next action. */
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

/** Returns whether a role has a model in use. */
export function hasModel(status: Status | undefined, role: string): boolean {
  return status?.roles.some((entry) => entry.role === role && entry.inUse !== 'none') ?? false;
}

export interface Store {
  get(): State;
  set(change: Partial<State>): void;
}

/** Creates the store. Calls `onChange` once after all changes of one turn of the event loop. */
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
