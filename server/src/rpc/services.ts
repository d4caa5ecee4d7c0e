import type { AddParams, AddProgress, AddResult } from '../../protocol/adding.ts';
import type { Identity } from '../../protocol/base.ts';
import type { EndReason } from '../../protocol/errors.ts';
import type {
  ModelsExamParams,
  ModelsExamResult,
  ModelsListResult,
  ModelsPinResult,
  ModelsPullResult,
  PullProgress,
} from '../../protocol/models.ts';
import type { PageResult } from '../../protocol/page.ts';
import type { RecordResult, RecordStartParams } from '../../protocol/recording.ts';
import type { SettingsResult, SettingValue } from '../../protocol/settings.ts';
import type {
  ServeParams,
  ServeResult,
  UsersAddParams,
  UsersAddResult,
  UsersResult,
} from '../../protocol/users.ts';
import type { WorkersResult } from '../../protocol/workers.ts';
import type { Log, LogLine } from '../base/log.ts';
import type { Library } from '../library.ts';
import type { Players } from './players.ts';

/** Reads and changes settings. `set` rejects with RequestError for an unknown key or a value out of range. */
export interface SettingsService {
  /** `details`: also what each setting does. */
  get(key: string | undefined, details?: boolean): SettingsResult;
  set(key: string, value: SettingValue): Promise<SettingsResult>;
  onChange(listener: (settings: SettingsResult) => void): () => void;
}

/** Manages the models on this machine. All methods reject with RequestError. */
export interface ModelsService {
  list(): ModelsListResult;
  pull(
    model: string | undefined,
    accelerator: boolean,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ModelsPullResult>;
  /** Reads the details of one model, or of every model in the manifest, from the hub. Changes nothing. */
  pin(
    model: string | undefined,
    onModel: (model: string) => void,
    signal: AbortSignal,
  ): Promise<ModelsPinResult>;
  /** Lets the model of one role take its exam, or those of all roles. A model that fails to work has a result too. */
  exam(
    role: ModelsExamParams['role'],
    onRole: (role: string) => void,
    signal: AbortSignal,
  ): Promise<ModelsExamResult>;
  remove(model: string): Promise<ModelsListResult>;
  /** Stores a session's API key until the session ends. `undefined` removes it. */
  giveKey(key: string | undefined, session: AbortSignal): void;
}

/** Downloads videos into watched folders. */
export interface DownloadService {
  /** Resolves when the files are there; the watcher indexes them. Rejects with RequestError. */
  add(
    params: AddParams,
    onProgress: (progress: AddProgress) => void,
    signal: AbortSignal,
  ): Promise<AddResult>;
}

/** Records streams into watched folders. All methods reject with RequestError. */
export interface RecordingService {
  /** Resolves when the first part is recorded. */
  start(params: RecordStartParams, signal: AbortSignal): Promise<RecordResult>;
  list(): RecordResult;
  /** Ends one recording, or all. Resolves when their files are complete. */
  stop(id: string | undefined): Promise<RecordResult>;
}

/** Manages users over the network, and serves the library to them. All methods reject with RequestError. */
export interface TeamService {
  list(): UsersResult;
  add(params: UsersAddParams): Promise<UsersAddResult>;
  remove(name: string): Promise<UsersResult>;
  /** Resolves when the server listens. It ends with the session. */
  serve(params: ServeParams, session: AbortSignal): Promise<ServeResult>;
}

/** Bundles what all sessions of a daemon share. */
export interface Services {
  readonly library: Library;
  readonly settings: SettingsService;
  readonly models: ModelsService;
  readonly downloads: DownloadService;
  readonly recordings: RecordingService;
  /** Loads the service of users, which most daemons never need. */
  readonly team: () => Promise<TeamService>;
  /** Returns the state of the queue to workers on other hosts. */
  readonly workers: () => WorkersResult;
  readonly identity: Identity;
  readonly log: Log;
  onLogLine(listener: (line: LogLine) => void): () => void;
  /** Passes on what players do to the views of all clients. */
  readonly players: Players;
  /** Returns the address of the page. Starts serving it. */
  page(): Promise<PageResult>;
  /** Starts the shutdown and returns. `cause` goes to the log. */
  stop(reason: EndReason, cause: string): void;
  /** Returns why the daemon ends. */
  endReason(): EndReason;
  /** Aborted when the shutdown starts. New requests are refused from then on. */
  readonly draining: AbortSignal;
  /** Aborted when the shutdown stops waiting for running requests. */
  readonly cutOff: AbortSignal;
}
