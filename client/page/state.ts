import type { AddProgress } from '../../server/protocol/adding.ts';
import type { AlertItem } from '../../server/protocol/alerts.ts';
import type { AskResult, Citation } from '../../server/protocol/ask.ts';
import type { EvidenceKind, Ms, Uri } from '../../server/protocol/base.ts';
import type { ExportFormat } from '../../server/protocol/export.ts';
import type { Folder, FoldersBrowseResult } from '../../server/protocol/folders.ts';
import type { HeatResult } from '../../server/protocol/heat.ts';
import type { ModelsListResult, PullProgress } from '../../server/protocol/models.ts';
import type { PlaybackResult } from '../../server/protocol/playback.ts';
import type { StreamRecordingItem } from '../../server/protocol/recording.ts';
import type { ReelResult } from '../../server/protocol/reel.ts';
import type { Hit } from '../../server/protocol/search.ts';
import type { Status } from '../../server/protocol/status.ts';
import type { SubtitleFormat, SubtitlesProgress } from '../../server/protocol/subtitles.ts';
import type { VideoItem, VideoResult } from '../../server/protocol/videos.ts';
import type { WorkersResult } from '../../server/protocol/workers.ts';
import type { MomentFilter, MomentKind, MomentOrder } from './moments.ts';
import type { SubtitleState } from './subtitles.ts';

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

/** Describes what plays in another view. */
export interface RemotePlayback extends PlaybackTarget {
  /** Names the player, to pause it from here. */
  readonly player?: string;
  readonly isPlaying?: boolean;
}

export interface PlaybackState extends PlaybackTarget {
  readonly playMs: Ms;
  /** False for a moment that is only prepared: it shows its picture and waits. */
  readonly shouldPlay: boolean;
  /** True if nobody has asked to play it yet. It is not part of the page's address. */
  readonly isPrepared?: boolean;
  /** Increases with each request to play from a time, even the same time. */
  readonly playRequest: number;
  readonly video?: VideoResult;
  readonly loadProblem?: Problem;
  /** How the daemon delivers the video to a player that supports `plays`. Absent until known. */
  readonly playback?: PlaybackResult & { readonly plays: readonly string[] };
  /** Why this player could not play the video. */
  readonly playbackProblem?: Problem;
}

/** Describes the transcript line being corrected. `at` is its index in `VideoResult.lines`. */
export interface LineEdit {
  readonly lineIndex: number;
  /** The field to begin with, if it is not the text. */
  readonly field?: 'speaker' | undefined;
  readonly saveProblem?: Problem;
}

/** Describes a question that the user's own videos suggest, and where its words come from. */
export interface Suggestion {
  readonly question: string;
  readonly uri: Uri;
  readonly ms: Ms;
  readonly kind: MomentKind;
  /** The name of the video. */
  readonly place: string;
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
  readonly action: 'forget' | 'readAgain' | 'removeFolder';
  readonly uris: readonly Uri[];
}

/** Describes the panel that is open over the page. */
export type Dialog =
  | {
      readonly kind:
        | 'models'
        | 'keys'
        | 'status'
        | 'history'
        | 'folders'
        | 'addFolder'
        | 'addLink'
        | 'alerts'
        | 'reel';
    }
  /** Saves what is said in a video. */
  | { readonly kind: 'subtitles'; readonly uri: Uri }
  /** Exports whole videos, or the moments found if none are given. */
  | { readonly kind: 'export'; readonly uris?: readonly Uri[] }
  | { readonly kind: 'tag'; readonly uris: readonly Uri[] }
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
  /** True on another device or for a user who may change nothing of the library, except perhaps corrections. */
  readonly isReadOnly: boolean;
  /** True if a user may correct, although the library is read-only. */
  readonly mayCorrect: boolean;
  /** The address of the page for other devices. Undefined if they may not open it. */
  readonly networkUrl?: string;
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
  /** Videos whose found lines are all shown. */
  readonly expandedMoments: readonly Uri[];
  /** The number of videos whose lines are shown. */
  readonly shownVideos: number;
  /** The citation whose preview is open. */
  readonly preview?: { readonly question: string; readonly n: number };
  readonly watching?: PlaybackState;
  /** The moment that plays in another view. */
  readonly playingElsewhere?: RemotePlayback;
  readonly nowMs: Ms;
  readonly isPlaying: boolean;
  readonly stageTab: 'transcript' | 'chapters' | 'tags' | 'details';
  /** True if the transcript covers the page on a narrow screen. */
  readonly isStageFull: boolean;
  /** The words to find in the transcript. Undefined if the field is closed. */
  readonly transcriptQuery?: string;
  /** True if the transcript follows the playing line. */
  readonly followsLine: boolean;
  /** The kinds of lines that the transcript hides. */
  readonly hiddenKinds: readonly MomentKind[];
  readonly editing?: LineEdit;
  readonly suggestions: readonly Suggestion[];
  /** Questions that the cited videos suggest after an answer. */
  readonly followUps: readonly Suggestion[];
  /** The subtitles of the open video. Undefined until they are read. */
  readonly subtitles?: SubtitleState;
  /** Where the hits of the question are in the open video. */
  readonly heat?: HeatResult & { readonly query: string };
  readonly status?: Status;
  /** The workers on other computers. Read while the index status is open. */
  readonly workers?: WorkersResult;
  readonly folders?: readonly Folder[];
  /** All videos, sorted by path. */
  readonly videos?: readonly VideoItem[];
  readonly library: LibraryState;
  /** The size of the library's grid in px, without its padding; 0 until it is measured. */
  readonly gridSize: { readonly width: number; readonly height: number };
  /** The group at the top of the grid, by its index. */
  readonly gridGroup: number;
  /** What is exported: the format, and the moments that are left out, by index. */
  readonly exportChoice: { readonly format: ExportFormat; readonly excluded: readonly number[] };
  /** The saved searches that notify. Undefined until they are read. */
  readonly alerts?: readonly AlertItem[];
  /** True if an alert matched since the list of alerts was open. */
  readonly hasNewMatches: boolean;
  /** The moments chosen for a highlight reel, and its maximum length. `moments` is absent while they are chosen. */
  readonly reel: {
    readonly lengthMs: Ms;
    readonly moments?: ReelResult['moments'];
    readonly durationMs?: Ms;
  };
  /** How the subtitles of a video are saved; `translate` is a language, BCP 47, or ''. */
  readonly subtitleChoice: { readonly format: SubtitleFormat; readonly translate: string };
  /** How far a translation is. */
  readonly translating?: SubtitlesProgress;
  readonly models?: ModelsListResult;
  /** The downloads of models, by model. */
  readonly fetches: Readonly<Record<string, ModelFetch>>;
  readonly dialog?: Dialog;
  /** The download that runs, as far as it is. */
  readonly download?: AddProgress;
  /** The recordings of streams, running and ended. Read while the dialog for web addresses is open. */
  readonly recordings?: readonly StreamRecordingItem[];
  /** True while a stream is being connected to. */
  readonly isConnectingStream: boolean;
  /** The folder that the folder list shows, and what is in it. */
  readonly browsed?: FoldersBrowseResult;
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
const FIRST_VIDEOS = 5;

/** Returns the state of the moments list for a new turn. */
export const freshMoments = (): Pick<
  State,
  'momentFilter' | 'expandedMoments' | 'shownVideos' | 'followUps'
> => ({
  followUps: [],
  momentFilter: 'all',
  expandedMoments: [],
  shownVideos: FIRST_VIDEOS,
});

const INITIAL_STATE: State = {
  link: 'connecting',
  isReadOnly: false,
  mayCorrect: false,
  view: 'ask',
  draft: '',
  isDraftQueued: false,
  isConnectingStream: false,
  searchScope: EVERYWHERE,
  threadId: '',
  earlierTurns: [],
  history: [],
  suggestions: [],
  momentOrder: 'best',
  ...freshMoments(),
  nowMs: 0,
  isPlaying: false,
  stageTab: 'transcript',
  isStageFull: false,
  followsLine: true,
  hiddenKinds: ['technical'],
  library: { filter: '', group: 'month', order: 'newest', only: 'all', selected: [] },
  gridSize: { width: 0, height: 0 },
  gridGroup: 0,
  exportChoice: { format: 'markdown', excluded: [] },
  hasNewMatches: false,
  reel: { lengthMs: 60_000 },
  subtitleChoice: { format: 'srt', translate: '' },
  fetches: {},
  lastForgotten: [],
  hasLetterKeys: true,
  announcement: '',
};

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
