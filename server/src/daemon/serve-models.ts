import type {
  ModelEntry,
  ModelPull,
  ModelsExamResult,
  ModelsListResult,
  PinnedModel,
  PullProgress,
} from '../../protocol/models.ts';
import { type ModelHub, PUBLIC_HUB } from '../adapters/hub/hub-request.ts';
import { findModelPin } from '../adapters/hub/pin-model.ts';
import { type ModelPullOptions, pullModelFiles } from '../adapters/hub/pull-model.ts';
import { findHubToken, findSharedCache, findSharedModel } from '../adapters/models/hugging-face-cache.ts';
import { readManifest } from '../adapters/models/manifest.ts';
import {
  type CachedModel,
  LOCK_FILE_NAME,
  listCachedModels,
  removeCachedModel,
  toModelFolder,
} from '../adapters/models/model-cache.ts';
import { messageOf } from '../base/message-of.ts';
import { toDisplayAddress } from '../base/redact-secrets.ts';
import type { Settings } from '../core/domain/settings.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { EXAMINED_ROLES, type ExaminedRole } from '../core/exams/exam-result.ts';
import { defaultModel, findPullSize, type Manifest, type ManifestModel } from '../core/models/manifest.ts';
import { parseModelSetting } from '../core/models/model-setting.ts';
import { RequestError } from '../library.ts';
import type { ModelsService } from '../rpc/services.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Models } from './models.ts';

export interface ServeModelsOptions {
  readonly models: Models;
  readonly settings: () => Settings;
  readonly modelsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keys: ApiKeys;
}

/** Shortest interval between two progress reports, ms. */
const PROGRESS_INTERVAL_MS = 200;

const hubEndpoint = (env: ServeModelsOptions['env']): string =>
  (env.HF_ENDPOINT || PUBLIC_HUB).replace(/\/+$/, '');

function createHub(env: ServeModelsOptions['env'], onRetry: (message: string) => void): ModelHub {
  const endpoint = hubEndpoint(env);
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new RequestError(
      'invalid',
      `HF_ENDPOINT is not a valid address: ${toDisplayAddress(endpoint)}`,
      'Set it to an address such as https://huggingface.co, then restart the daemon.',
    );
  }
  const token = findHubToken(env);
  return { endpoint, token, answerTimeoutMs: 5000, silenceMs: 20_000, retries: 4, backOffMs: 1000, onRetry };
}

function sumFileBytes(model: CachedModel): number {
  return model.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function toModelEntry(manifestModel: ManifestModel, cachedModel: CachedModel | undefined): ModelEntry {
  return {
    id: manifestModel.id,
    role: manifestModel.role,
    note: manifestModel.note,
    licence: manifestModel.licence ?? cachedModel?.licence,
    default: manifestModel.default,
    revision: cachedModel?.revision,
    bytes: cachedModel && sumFileBytes(cachedModel),
    ...findPullSize(manifestModel),
  };
}

/** Lists the models of the manifest, those that were pulled besides, and those that are being pulled. */
function listEntries(
  manifest: Manifest,
  modelsDir: string,
  pulls: ReadonlyMap<string, ModelPull>,
): readonly ModelEntry[] {
  const cachedById = new Map(listCachedModels(modelsDir).map((model) => [model.id, model]));
  const manifestEntries = manifest.models.map((model) => toModelEntry(model, cachedById.get(model.id)));
  const knownIds = new Set(manifest.models.map(({ id }) => id));
  const otherIds = new Set([...cachedById.keys(), ...pulls.keys()].filter((id) => !knownIds.has(id)));
  const otherEntries = [...otherIds].map((id): ModelEntry => {
    const cachedModel = cachedById.get(id);
    const { revision, licence } = cachedModel ?? {};
    return { id, revision, licence, default: false, bytes: cachedModel && sumFileBytes(cachedModel) };
  });
  return [...manifestEntries, ...otherEntries].map((entry) => ({ ...entry, pull: pulls.get(entry.id) }));
}

const toPullBytes = ({ bytes, totalBytes }: PullProgress) => ({ bytes, totalBytes });

function toReason(failure: unknown): Pick<ModelPull, 'reason' | 'remedy'> {
  return failure instanceof RequestError
    ? { reason: failure.message, remedy: failure.remedy }
    : { reason: messageOf(failure), remedy: 'See the log, then pull it again.' };
}

async function takeExam(
  models: Models,
  role: ExaminedRole,
  signal: AbortSignal,
): Promise<ModelsExamResult['exams'][number] | undefined> {
  try {
    const exam = await models.examine(role, signal);
    if (!exam) return undefined;
    const { right, all, summary, isFit } = exam.mark;
    return { role, model: exam.model, right, all, summary, fit: isFit };
  } catch (error) {
    if (!(error instanceof ModelUnavailableError)) throw error;
    const model = models.roles().find((each) => each.role === role)?.inUse ?? '';
    const summary = `it does not work: ${error.message} ${error.remedy}`;
    return { role, model, right: 0, all: 0, summary, fit: false };
  }
}

async function takeExams(
  models: Models,
  role: ExaminedRole | undefined,
  onRole: (role: string) => void,
  signal: AbortSignal,
): Promise<ModelsExamResult> {
  const exams: ModelsExamResult['exams'][number][] = [];
  for (const examined of role === undefined ? EXAMINED_ROLES : [role]) {
    onRole(examined);
    const exam = await takeExam(models, examined, signal);
    if (exam) exams.push(exam);
  }
  return { exams };
}

function toPinnedHashes(model: ManifestModel | undefined): ReadonlyMap<string, string> {
  return new Map((model?.files ?? []).flatMap(({ path, sha256 }) => (sha256 ? [[path, sha256]] : [])));
}

/** Returns what a pull takes from the cache of Hugging Face's programs, and where it adds its files for them. */
function toSharing(
  env: ServeModelsOptions['env'],
  id: string,
  revision: string | undefined,
  onNote: (note: string) => void,
): Pick<ModelPullOptions, 'sharedFolder' | 'sharedCache' | 'onNotShared'> {
  return {
    sharedFolder: findSharedModel(env, id, revision)?.folder,
    sharedCache: findSharedCache(env),
    onNotShared: (reason) =>
      onNote(`The files were not added to Hugging Face's cache, which other programs read: ${reason}`),
  };
}

/** Serves `goldfish/models/*`: lists, pulls, pins and removes models. */
export function serveModels({ models, settings, modelsDir, env, keys }: ServeModelsOptions): ModelsService {
  const manifest = readManifest();
  /** Running downloads and those that failed last, by model. */
  const pulls = new Map<string, ModelPull>();
  const isOffline = () =>
    settings()['models.offline'] || /^(?:1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? '');

  const listModels = (): ModelsListResult => ({
    models: listEntries(manifest, modelsDir, pulls),
    roles: models.roles(),
    folder: modelsDir,
    hub: hubEndpoint(env),
    offline: isOffline(),
  });

  const parseHubId = (text: string) => {
    const choice = parseModelSetting(text);
    if (choice?.kind === 'hub') return choice;
    throw new RequestError(
      'invalid',
      `Unknown model "${text}".`,
      'Use the form owner/name. Run `goldfish models list` to see the models known to work.',
    );
  };

  const assertOnline = () => {
    if (!isOffline()) return;
    throw new RequestError(
      'unavailable',
      'Downloads are switched off.',
      'Set models.offline to false and clear HF_HUB_OFFLINE, or copy a model folder to this machine and select it with `goldfish models use`.',
    );
  };

  return {
    list: listModels,
    async pull(text, accelerator, onProgress, signal) {
      const { id, revision } = parseHubId(text ?? defaultModel(manifest, 'captioner')?.id ?? '');
      assertOnline();
      if (pulls.get(id)?.state === 'running') {
        throw new RequestError('invalid', `${id} is already being downloaded.`, 'Wait for it to finish.');
      }
      let lastProgress = { model: id, file: '', fileBytes: 0, fileTotalBytes: 0, bytes: 0, totalBytes: 0 };
      let reportedMs = 0;
      const hub = createHub(env, (note) => onProgress({ ...lastProgress, note }));
      const manifestModel = manifest.models.find((model) => model.id === id);
      pulls.set(id, { state: 'running', bytes: 0, totalBytes: 0 });
      try {
        const pulledModel = await pullModelFiles(
          hub,
          {
            id,
            revision: revision ?? manifestModel?.revision ?? 'main',
            modelFolder: toModelFolder(modelsDir, id),
            lockFileName: LOCK_FILE_NAME,
            accelerator,
            pinnedHashes: toPinnedHashes(manifestModel),
            parts: manifestModel?.parts,
            ...toSharing(env, id, revision ?? manifestModel?.revision ?? undefined, (note) =>
              onProgress({ ...lastProgress, note }),
            ),
            onProgress: (progress) => {
              lastProgress = { model: id, ...progress };
              pulls.set(id, { state: 'running', bytes: progress.bytes, totalBytes: progress.totalBytes });
              const now = performance.now();
              if (now - reportedMs < PROGRESS_INTERVAL_MS && progress.bytes < progress.totalBytes) return;
              reportedMs = now;
              onProgress(lastProgress);
            },
          },
          signal,
        );
        pulls.delete(id);
        models.refresh();
        const bytes = pulledModel.files.reduce((sum, file) => sum + file.bytes, 0);
        const { licence, folder } = pulledModel;
        return { model: id, revision: pulledModel.revision, licence, bytes, folder };
      } catch (error) {
        const failure =
          error instanceof ModelUnavailableError
            ? new RequestError('unavailable', error.message, error.remedy)
            : error;
        // Who cancels a download knows why it ended.
        if (signal.aborted) pulls.delete(id);
        else pulls.set(id, { state: 'failed', ...toReason(failure), ...toPullBytes(lastProgress) });
        throw failure;
      }
    },
    async pin(text, onModel, signal) {
      const id = text === undefined ? undefined : parseHubId(text).id;
      // A model in several repositories has no one revision to pin.
      const modelsToPin = manifest.models.filter(
        (model) => (id === undefined || model.id === id) && model.parts === undefined,
      );
      if (modelsToPin.length === 0)
        throw new RequestError('notFound', `${id} is not in the manifest.`, 'See `goldfish models list`.');
      assertOnline();
      const hub = createHub(env, () => undefined);
      const pinnedModels: PinnedModel[] = [];
      const failedModels: { model: string; reason: string }[] = [];
      for (const [model, revision] of new Map(
        modelsToPin.map((wantedModel) => [wantedModel.id, wantedModel.revision]),
      )) {
        onModel(model);
        try {
          pinnedModels.push({ model, ...(await findModelPin(hub, model, revision ?? 'main', signal)) });
        } catch (error) {
          if (!(error instanceof ModelUnavailableError)) throw error;
          failedModels.push({ model, reason: error.message });
        }
      }
      return { pinned: pinnedModels, failed: failedModels };
    },
    exam: (role, onRole, signal) => takeExams(models, role, onRole, signal),
    async remove(text) {
      const { id } = parseHubId(text);
      if (!removeCachedModel(modelsDir, id)) {
        throw new RequestError('notFound', `${id} is not downloaded.`, 'See `goldfish models list`.');
      }
      models.refresh();
      return listModels();
    },
    giveKey: keys.setForSession,
  };
}
