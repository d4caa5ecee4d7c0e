import { childPath } from '../../base/children.ts';
import { ChildError, type Supervised, supervise } from '../../base/supervised.ts';
import { UnavailableError } from '../../core/unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { InferenceCalls, ModelPlace, Progress, UnusableDetail } from './messages.ts';

export interface HostOptions {
  /** Absolute path of a model folder in the hub's layout. */
  readonly folder: string;
  /** The hub's id, where the model came from there. */
  readonly id?: string;
  /** Providers to try, best first; see `deviceOrder`. */
  readonly devices: readonly string[];
  readonly threads: number;
  /** A child without work ends after so long, so that its memory and the GPU are free, ms. */
  readonly idleMs: number;
  /** A child without sign of life for so long is killed, ms. Loading and the first picture are one silence. */
  readonly silenceMs?: number;
  /** Told of each crash and hang, for the log. */
  readonly onTrouble?: (message: string) => void;
  /** Another entry file, for tests of what a broken child does. */
  readonly entry?: string;
}

const SILENCE_MS = 180_000;
/** A cancelled call ends at its next token; encoding its pictures is one step that cannot be broken off. */
const CANCEL_MS = 30_000;
/** The daemon has its memory given back at once. Here each tensor would be fetched anew: a clip took 22 s in place of 18. */
const QUICK = { MALLOC_TRIM_THRESHOLD_: undefined };
const START_REMEDY = 'Run `goldfish doctor`; it tells what is missing.';

/** Providers worth trying on this machine, best first. */
export function deviceOrder(platform: NodeJS.Platform, arch: string): readonly string[] {
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  if (platform === 'darwin') return ['webgpu', 'coreml', 'cpu'];
  return arch === 'x64' ? ['cuda', 'webgpu', 'cpu'] : ['cpu'];
}

export interface HostCallOptions {
  /** A person waits for it: it goes before all that is not urgent. */
  readonly urgent?: boolean;
  /** Each piece of text as it is written. */
  readonly onDelta?: (delta: string) => void;
}

/** Calls of the inference child for one model. */
export interface InferenceHost {
  /**
   * Rejects with UnavailableError where the model cannot be used, ChildError where the child crashed or hung at
   * this very work, and the signal's reason.
   */
  call<Name extends keyof InferenceCalls & string>(
    name: Name,
    params: (place: ModelPlace) => InferenceCalls[Name]['params'],
    signal: AbortSignal,
    options?: HostCallOptions,
  ): Promise<InferenceCalls[Name]['result']>;
  readonly pid: number | undefined;
  /** What the model was last loaded on. */
  readonly loaded: ModelHealth | undefined;
  close(): Promise<void>;
}

function isUnusable(detail: unknown): detail is UnusableDetail {
  return typeof detail === 'object' && detail !== null && 'unusable' in detail && 'remedy' in detail;
}

/** Text that comes again from its start after a crash is told only where it goes on. */
function toldOnce(onDelta: (delta: string) => void) {
  let told = '';
  let text = '';
  return {
    restart() {
      text = '';
    },
    add(delta: string) {
      text += delta;
      if (text.length <= told.length || !text.startsWith(told)) return;
      const fresh = text.slice(told.length);
      told = text;
      onDelta(fresh);
    },
  };
}

/** Keeps one child for one model. A provider on which the child dies while loading is left out from then on. */
export function inferenceHost(options: HostOptions): InferenceHost {
  const avoid: Record<string, string> = {};
  let loaded: ModelHealth | undefined;
  const child: Supervised<InferenceCalls> = supervise<InferenceCalls>({
    name: 'inference',
    entry: options.entry ?? childPath('inference'),
    silenceMs: options.silenceMs ?? SILENCE_MS,
    cancelMs: CANCEL_MS,
    idleMs: options.idleMs,
    env: QUICK,
    errorOf: ({ message, detail }) =>
      isUnusable(detail) ? new UnavailableError(message, detail.remedy) : undefined,
    onTrouble: options.onTrouble,
  });
  const place = (): ModelPlace => ({
    folder: options.folder,
    id: options.id,
    devices: options.devices,
    avoid: { ...avoid },
    threads: options.threads,
  });
  const call: InferenceHost['call'] = async (name, params, signal, { urgent, onDelta } = {}) => {
    const tell = onDelta && toldOnce(onDelta);
    for (;;) {
      let trying: string | undefined;
      const onEvent = (event: Progress) => {
        trying = 'trying' in event ? event.trying : undefined;
        if ('loaded' in event) {
          loaded = event.loaded;
          tell?.restart();
        }
        if ('delta' in event) tell?.add(event.delta);
      };
      try {
        return await child.call(name, params(place()), { signal, onEvent, urgent });
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        if (error.kind === 'start') throw new UnavailableError(error.message, START_REMEDY, { cause: error });
        // Died or hung between naming a provider and writing: the provider may be the cause.
        if (trying === undefined || trying === 'cpu' || trying in avoid) throw error;
        avoid[trying] = `the process died on it: ${error.message}`;
      }
    }
  };
  return {
    call,
    get pid() {
      return child.pid;
    },
    get loaded() {
      return loaded;
    },
    close: () => child.close(),
  };
}
