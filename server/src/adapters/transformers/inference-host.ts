import { GPU_VARIABLES } from '../../base/child-environment.ts';
import { ChildError } from '../../base/child-error.ts';
import { type ChildSupervisor, createChildSupervisor } from '../../base/child-supervisor.ts';
import { childPath } from '../../base/children.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type {
  InferenceCalls,
  InferenceProgress,
  ModelPlace,
  UnsupportedModelDetail,
} from './inference-messages.ts';

export interface InferenceHostOptions {
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
const CHILD_ENVIRONMENT = { MALLOC_TRIM_THRESHOLD_: undefined };
const START_REMEDY = 'Run `goldfish doctor`; it tells what is missing.';

/** Providers worth trying on this machine, best first. */
export function listDevices(platform: NodeJS.Platform, arch: string): readonly string[] {
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

function isUnusable(detail: unknown): detail is UnsupportedModelDetail {
  return typeof detail === 'object' && detail !== null && 'unusable' in detail && 'remedy' in detail;
}

/** Text that comes again from its start after a crash is told only where it goes on. */
function createDeltaFilter(onDelta: (delta: string) => void) {
  let streamedText = '';
  let text = '';
  return {
    restart() {
      text = '';
    },
    add(delta: string) {
      text += delta;
      if (text.length <= streamedText.length || !text.startsWith(streamedText)) return;
      const newText = text.slice(streamedText.length);
      streamedText = text;
      onDelta(newText);
    },
  };
}

/** Keeps one child for one model. A provider on which the child dies while loading is left out from then on. */
export function createInferenceHost(options: InferenceHostOptions): InferenceHost {
  const avoidedDevices: Record<string, string> = {};
  let loaded: ModelHealth | undefined;
  const child: ChildSupervisor<InferenceCalls> = createChildSupervisor<InferenceCalls>({
    name: 'inference',
    entry: options.entry ?? childPath('inference'),
    silenceMs: options.silenceMs ?? SILENCE_MS,
    cancelTimeoutMs: CANCEL_MS,
    idleMs: options.idleMs,
    inheritedVariables: GPU_VARIABLES,
    env: CHILD_ENVIRONMENT,
    toError: ({ message, detail }) =>
      isUnusable(detail) ? new ModelUnavailableError(message, detail.remedy) : undefined,
    onTrouble: options.onTrouble,
  });
  const toModelPlace = (): ModelPlace => ({
    folder: options.folder,
    id: options.id,
    devices: options.devices,
    avoid: { ...avoidedDevices },
    threads: options.threads,
  });
  const call: InferenceHost['call'] = async (name, params, signal, { urgent, onDelta } = {}) => {
    const deltaFilter = onDelta && createDeltaFilter(onDelta);
    for (;;) {
      let triedDevice: string | undefined;
      const onEvent = (event: InferenceProgress) => {
        triedDevice = 'trying' in event ? event.trying : undefined;
        if ('loaded' in event) {
          loaded = event.loaded;
          deltaFilter?.restart();
        }
        if ('delta' in event) deltaFilter?.add(event.delta);
      };
      try {
        return await child.call(name, params(toModelPlace()), { signal, onEvent, urgent });
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        if (error.kind === 'start')
          throw new ModelUnavailableError(error.message, START_REMEDY, { cause: error });
        // Died or hung between naming a provider and writing: the provider may be the cause.
        if (triedDevice === undefined || triedDevice === 'cpu' || triedDevice in avoidedDevices) throw error;
        avoidedDevices[triedDevice] = `the process died on it: ${error.message}`;
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
