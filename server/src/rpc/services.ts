import type { Identity } from '../../protocol/base.ts';
import type {
  ModelsListResult,
  ModelsPinResult,
  ModelsPullResult,
  PullProgress,
} from '../../protocol/models.ts';
import type { SettingsResult, SettingValue } from '../../protocol/settings.ts';
import type { Log, LogLine } from '../base/log.ts';
import type { Library } from '../library.ts';

/** Settings as a session needs them. `set` rejects with RequestError for an unknown key or a value out of range. */
export interface SettingsService {
  get(key: string | undefined): SettingsResult;
  set(key: string, value: SettingValue): Promise<SettingsResult>;
  onChange(listener: (settings: SettingsResult) => void): () => void;
}

/** Models on this machine. All reject with RequestError. */
export interface ModelsService {
  list(): ModelsListResult;
  pull(
    model: string | undefined,
    accelerator: boolean,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ModelsPullResult>;
  /** Asks the hub of one model of the manifest or of all, and changes nothing. */
  pin(
    model: string | undefined,
    onModel: (model: string) => void,
    signal: AbortSignal,
  ): Promise<ModelsPinResult>;
  remove(model: string): Promise<ModelsListResult>;
  /** Keeps a session's key for hosts until the session is over; undefined takes it back. */
  giveKey(key: string | undefined, session: AbortSignal): void;
}

/** What all sessions of a daemon share. */
export interface Services {
  readonly library: Library;
  readonly settings: SettingsService;
  readonly models: ModelsService;
  readonly identity: Identity;
  readonly log: Log;
  onLogLine(listener: (line: LogLine) => void): () => void;
  /** Where the page is served; begins to serve it. */
  page(): Promise<string>;
  /** Begins the drain and returns; `reason` goes to the log. */
  stop(reason: string): void;
  /** Aborted when the drain begins: nothing new is taken. */
  readonly draining: AbortSignal;
  /** Aborted when the drain's patience with running requests is over. */
  readonly cutOff: AbortSignal;
}
