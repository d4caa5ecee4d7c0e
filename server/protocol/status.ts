import type { Uri } from './base.ts';

export interface RunningWork {
  readonly uri: Uri;
  readonly path: string;
  /** The stage at work: `cues`, `facts`, `screenText`, ... */
  readonly stage: string;
  /** 0..100, absent where it cannot be told. */
  readonly percent?: number;
  /** Milliseconds left at the present speed, absent where it cannot be told. */
  readonly leftMs?: number;
}

export interface FailedWork {
  readonly uri: Uri;
  readonly path: string;
  readonly stage: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Which describer, embedder or answerer is in use for a role, and why that one. */
export interface Role {
  readonly role: string;
  readonly inUse: string;
  readonly why: string;
}

/** What the captioner has still to do. */
export interface CaptionsLeft {
  readonly clipsLeft: number;
  /** What a clip takes this model, in milliseconds; absent where that was not measured. */
  readonly clipMs?: number;
  /** True where `clipMs` comes from another machine: it has captioned none here yet. */
  readonly elsewhere?: boolean;
  /** Milliseconds of the model's time for all of them; absent where `clipMs` is. */
  readonly leftMs?: number;
}

export interface Status {
  /** Files, copies counted each. */
  readonly videos: number;
  /** Distinct Clips; copies of one content share them. */
  readonly clips: number;
  readonly work: {
    readonly waiting: number;
    readonly running: readonly RunningWork[];
    readonly done: number;
    readonly failed: readonly FailedWork[];
    readonly offline: number;
  };
  /** True while videos are still to be planned, as after a start: until then `work` is not final. */
  readonly planning?: boolean;
  /** Absent where no captioner is in use or nothing is left for it. */
  readonly captions?: CaptionsLeft;
  /** Why indexing stands still, absent while it may run. */
  readonly paused?: 'asked' | 'battery' | 'quietHours';
  readonly indexBytes: number;
  readonly versions: {
    readonly protocol: number;
    readonly build: string;
    readonly schema: number;
    readonly node: string;
  };
  readonly roles: readonly Role[];
  /** What would make answers better, one sentence each. */
  readonly advice: readonly string[];
  readonly dataDir: string;
  readonly pid: number;
}
