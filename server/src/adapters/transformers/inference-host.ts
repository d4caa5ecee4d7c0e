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
  /** Hub id, if the model was pulled from the hub. */
  readonly id?: string;
  /** Execution providers to try, best first; see `listDevices`. */
  readonly devices: readonly string[];
  readonly threads: number;
  /** Idle time after which the child ends to free its memory and the GPU, ms. */
  readonly idleMs: number;
  /**
   * Silence after which the child is killed, ms. Loading the model and the first picture count as one
   * silence.
   */
  readonly silenceMs?: number;
  /** Called after each crash and hang, for the log. */
  readonly onTrouble?: (message: string) => void;
  /** Another entry file, for tests of a broken child. */
  readonly entry?: string;
}

const SILENCE_MS = 180_000;
/** A cancelled call ends at its next token. Encoding its pictures is one step that cannot be interrupted. */
const CANCEL_MS = 30_000;
/**
 * The daemon returns freed memory to the system at once. In this child each tensor would then be allocated
 * again: a clip took 22 s instead of 18 s.
 */
const CHILD_ENVIRONMENT = { MALLOC_TRIM_THRESHOLD_: undefined };
const START_REMEDY = 'Run `goldfish doctor` to see what is missing.';

/** Lists the execution providers worth trying on this machine, best first. */
export function listDevices(platform: NodeJS.Platform, arch: string): readonly string[] {
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  if (platform === 'darwin') return ['webgpu', 'coreml', 'cpu'];
  return arch === 'x64' ? ['cuda', 'webgpu', 'cpu'] : ['cpu'];
}

export interface HostCallOptions {
  /** A user is waiting: the call goes before all others. */
  readonly urgent?: boolean;
  /** Called with each piece of text as it is generated. */
  readonly onDelta?: (delta: string) => void;
}

/** Runs the calls of one model in an inference child. */
export interface InferenceHost {
  /**
   * Rejects with ModelUnavailableError if the model cannot be used, ChildError if the child crashed or hung
   * on this call, or the signal's reason.
   */
  call<Name extends keyof InferenceCalls & string>(
    name: Name,
    params: (place: ModelPlace) => InferenceCalls[Name]['params'],
    signal: AbortSignal,
    options?: HostCallOptions,
  ): Promise<InferenceCalls[Name]['result']>;
  readonly pid: number | undefined;
  /** Device and health of the model when it was loaded last. */
  readonly loaded: ModelHealth | undefined;
  close(): Promise<void>;
}

function isUnusable(detail: unknown): detail is UnsupportedModelDetail {
  return typeof detail === 'object' && detail !== null && 'unusable' in detail && 'remedy' in detail;
}

/**
 * Filters text that a restarted child generates again from the start, so that only new text reaches
 * `onDelta`.
 */
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

/**
 * Creates a host with one child for one model. A provider that kills the child while loading is not used
 * again.
 */
export function createInferenceHost(options: InferenceHostOptions): InferenceHost {
  const avoidedDevices: Record<string, string> = {};
  let loadedHealth: ModelHealth | undefined;
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
          loadedHealth = event.loaded;
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
        // The child failed between naming a provider and writing text, so the provider may be the cause.
        if (triedDevice === undefined || triedDevice === 'cpu' || triedDevice in avoidedDevices) throw error;
        avoidedDevices[triedDevice] = `the process failed on it: ${error.message}`;
      }
    }
  };
  return {
    call,
    get pid() {
      return child.pid;
    },
    get loaded() {
      return loadedHealth;
    },
    close: () => child.close(),
  };
}
