import type { AskResult, Citation } from '../../server/protocol/ask.ts';
import type { EvidenceKind, Ms, Uri } from '../../server/protocol/base.ts';
import type { Folder } from '../../server/protocol/folders.ts';
import type { PlaybackResult } from '../../server/protocol/playback.ts';
import type { Hit } from '../../server/protocol/search.ts';
import type { ModelsListResult, PullProgress } from '../../server/protocol/models.ts';
import type { Status } from '../../server/protocol/status.ts';
import type { VideoItem, VideoResult } from '../../server/protocol/videos.ts';
import type { MomentFilter, MomentOrder } from './moments.ts';

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
  /** How long the answer took, in ms. */
  readonly tookMs?: number;
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
  /** False for a moment that is only prepared: it shows its picture and waits. */
  readonly shouldPlay: boolean;
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

/** Describes where a question looks. Empty members do not narrow it. */
export interface SearchScope {
  readonly uris: readonly Uri[];
  /** ISO dates. */
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly EvidenceKind[];
}

export const EVERYWHERE: SearchScope = { uris: [], from: '', to: '', kinds: [] };

/** Describes what the dialog asks the user to confirm. */
export interface Confirmation {
  readonly what: 'forget' | 'readAgain' | 'removeFolder';
  readonly uris: readonly Uri[];
}

/** Describes the panel that is open over the page. */
export type Dialog =
  | { readonly kind: 'models' | 'keys' | 'status' | 'history' | 'folders' | 'addFolder' | 'export' }
  | ({ readonly kind: 'confirm' } & Confirmation);

export interface LibraryState {
  readonly filter: string;
  readonly group: 'month' | 'folder';
  readonly order: 'newest' | 'name' | 'longest';
  readonly only: 'all' | 'attention' | 'noTranscript';
  readonly selected: readonly Uri[];
}

/** Describes the download of a model. */
export interface ModelFetch {
  readonly progress?: PullProgress;
  readonly problem?: Problem;
}

/** Describes the lines found while a question is typed. */
export interface LiveResults {
  readonly query: string;
  readonly hits: readonly Hit[];
}

export interface State {
  readonly link: 'connecting' | 'open' | 'gone';
  readonly view: 'ask' | 'library';
  /** The text in the composer. */
  readonly draft: string;
  /** The question that waits for the connection. */
  readonly isDraftQueued: boolean;
  readonly liveResults?: LiveResults;
  readonly searchScope: SearchScope;
  /** Identifies the conversation of `earlierTurns` and `turn`. */
  readonly threadId: string;
  /** The turns before the current one, oldest first. */
  readonly earlierTurns: readonly ChatTurn[];
  readonly turn?: ChatTurn;
  /** Earlier conversations, newest first. */
  readonly history: readonly StoredThread[];
  readonly momentFilter: MomentFilter;
  readonly momentOrder: MomentOrder;
  /** The videos of which all found lines are shown. */
  readonly expandedMoments: readonly Uri[];
  /** The number of videos whose lines are shown. */
  readonly shownVideos: number;
  readonly watching?: PlaybackState;
  /** The moment that plays in another view. */
  readonly playingElsewhere?: PlaybackTarget;
  readonly nowMs: Ms;
  readonly isPlaying: boolean;
  readonly stageTab: 'transcript' | 'tags' | 'details';
  /** True if the transcript covers the page on a narrow screen. */
  readonly isStageFull: boolean;
  /** The words to find in the transcript. Undefined if the field is closed. */
  readonly transcriptQuery?: string;
  /** True if the transcript follows the playing line. */
  readonly followsLine: boolean;
  /** The kinds of lines that the transcript hides. */
  readonly hiddenKinds: readonly EvidenceKind[];
  readonly editing?: LineEdit;
  readonly status?: Status;
  readonly folders?: readonly Folder[];
  /** All videos, sorted by path. */
  readonly videos?: readonly VideoItem[];
  readonly library: LibraryState;
  readonly models?: ModelsListResult;
  /** The downloads of models, by model. */
  readonly fetches: Readonly<Record<string, ModelFetch>>;
  readonly dialog?: Dialog;
  /** The videos removed last. They can be restored. */
  readonly lastForgotten: readonly Uri[];
  /** False if the user turned single-letter shortcuts off. */
  readonly hasLetterKeys: boolean;
  /** The result of the user's last action, announced to screen readers. */
  readonly announcement: string;
  /** A problem, shown until the user's next action. */
  readonly notice?: Problem;
}

/** How many videos "Moments" shows before "Show more". */
export const FIRST_VIDEOS = 5;

/** Returns the state of the moments list for a new turn. */
export const freshMoments = (): Pick<State, 'momentFilter' | 'expandedMoments' | 'shownVideos'> => ({
  momentFilter: 'all',
  expandedMoments: [],
  shownVideos: FIRST_VIDEOS,
});

const INITIAL_STATE: State = {
  link: 'connecting',
  view: 'ask',
  draft: '',
  isDraftQueued: false,
  searchScope: EVERYWHERE,
  threadId: '',
  earlierTurns: [],
  history: [],
  momentOrder: 'best',
  ...freshMoments(),
  nowMs: 0,
  isPlaying: false,
  stageTab: 'transcript',
  isStageFull: false,
  followsLine: true,
  hiddenKinds: ['facts'],
  library: { filter: '', group: 'month', order: 'newest', only: 'all', selected: [] },
  fetches: {},
  lastForgotten: [],
  hasLetterKeys: true,
  announcement: '',
};

export const currentHits = (state: State): readonly Hit[] => state.turn?.result?.hits ?? [];

export const isNarrowed = ({ uris, from, to, kinds }: SearchScope): boolean =>
  uris.length > 0 || from !== '' || to !== '' || kinds.length > 0;

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
