/**
 * Describes a change in a tree. `file`: the file may have changed, appeared or disappeared. `folder`: something in the
 * folder may have. `unsure`: something somewhere may have. `ready`: all later changes are reported.
 */
export type RawWatchEvent =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'ready' | 'unsure' | 'rootGone' }
  | { readonly kind: 'error'; readonly code: string };

/** Types the calls of the watch thread for base/child-supervisor.ts. */
export type WatchCalls = {
  /** Reports changes in a tree until cancelled. */
  watch: {
    params: { readonly root: string; readonly exclude: readonly string[] };
    event: readonly RawWatchEvent[];
    result: null;
  };
};
