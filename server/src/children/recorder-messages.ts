/** How an ffmpeg is run that records a stream. */
export interface RecorderRun {
  readonly id: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** How the names of its files begin. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How it ended: its exit code, null after a signal, and the last problems that it reported. */
export interface RecorderEnd {
  readonly code: number | null;
  readonly problems: readonly string[];
}

/** The calls of the recorder child, as base/child-supervisor.ts types them. */
export type RecorderCalls = {
  /** Events: that a file was begun, and the length of what this run has recorded, ms. */
  record: { params: RecorderRun; event: number | 'begun'; result: RecorderEnd };
  /** Resolves when the run has ended and its last file is complete. */
  stop: { params: { readonly id: string }; event: never; result: null };
};
