/**
 * What happened in a tree. `file`: it may have changed, come or gone. `folder`: something in it did. `unsure`: something
 * did, somewhere. `ready`: all later changes are reported.
 */
export type RawWatchEvent =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'ready' | 'unsure' | 'rootGone' }
  | { readonly kind: 'error'; readonly code: string };

/** The calls of the watch thread, as base/child-supervisor.ts types them. */
export type WatchCalls = {
  /** Reports what happens in a tree until it is cancelled. */
  watch: {
    params: { readonly root: string; readonly exclude: readonly string[] };
    event: readonly RawWatchEvent[];
    result: null;
  };
};
