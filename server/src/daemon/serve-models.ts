import type { ModelEntry, ModelsListResult, PinnedModel } from '../../protocol/models.ts';
import { pin } from '../adapters/hub/pin.ts';
import { pull } from '../adapters/hub/pull.ts';
import { type Hub, PUBLIC_HUB } from '../adapters/hub/request.ts';
import { readManifest } from '../adapters/models/manifest.ts';
import { LOCK, placeOf, type ShelvedModel, shelf, unshelve } from '../adapters/models/shelf.ts';
import { defaultModel, type ManifestModel, pullBytesOf } from '../core/manifest.ts';
import { parseModelChoice } from '../core/modelChoice.ts';
import type { Settings } from '../core/settings.ts';
import { UnavailableError } from '../core/unavailable.ts';
import { RequestError } from '../library.ts';
import type { ModelsService } from '../rpc/services.ts';
import type { Keys } from './keys.ts';
import type { Models } from './models.ts';

export interface ServeModelsOptions {
  readonly models: Models;
  readonly settings: () => Settings;
  readonly modelsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keys: Keys;
}

/** Progress is told at most so often, ms. */
const TELL_MS = 200;

const endpointOf = (env: ServeModelsOptions['env']): string =>
  (env.HF_ENDPOINT || PUBLIC_HUB).replace(/\/+$/, '');

function hubOf(env: ServeModelsOptions['env'], onRetry: (message: string) => void): Hub {
  const endpoint = endpointOf(env);
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new RequestError(
      'invalid',
      `HF_ENDPOINT is ${endpoint}.`,
      'Set it to an address such as https://huggingface.co and restart the daemon.',
    );
  }
  const token = env.HF_TOKEN || undefined;
  return { endpoint, token, answerMs: 5000, silenceMs: 20_000, retries: 4, backOffMs: 1000, onRetry };
}

function bytesOf(model: ShelvedModel): number {
  return model.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function entryOf(known: ManifestModel, here: ShelvedModel | undefined): ModelEntry {
  return {
    id: known.id,
    role: known.role,
    note: known.note,
    licence: known.licence ?? here?.licence,
    default: known.default,
    revision: here?.revision,
    bytes: here && bytesOf(here),
    pullBytes: pullBytesOf(known),
  };
}

/** `goldfish/models/*` of a daemon: what is known and here, and bringing and taking it. */
export function serveModels({ models, settings, modelsDir, env, keys }: ServeModelsOptions): ModelsService {
  const manifest = readManifest();
  const under = new Set<string>();
  const offline = () => settings()['models.offline'] || env.HF_HUB_OFFLINE === '1';

  const list = (): ModelsListResult => {
    const here = new Map(shelf(modelsDir).map((model) => [model.id, model]));
    const known = manifest.models.map((model) => entryOf(model, here.get(model.id)));
    const own = [...here.values()]
      .filter(({ id }) => !manifest.models.some((model) => model.id === id))
      .map((model): ModelEntry => {
        const { id, revision, licence } = model;
        return { id, revision, licence, default: false, bytes: bytesOf(model) };
      });
    return {
      models: [...known, ...own],
      roles: models.roles(),
      folder: modelsDir,
      hub: endpointOf(env),
      offline: offline(),
    };
  };

  const named = (text: string) => {
    const choice = parseModelChoice(text);
    if (choice?.kind === 'hub') return choice;
    throw new RequestError(
      'invalid',
      `${text} is no model of the hub.`,
      'Name one as owner/name; `goldfish models list` shows those that are known to work.',
    );
  };

  const mayAsk = () => {
    if (!offline()) return;
    throw new RequestError(
      'unavailable',
      'Downloads are switched off.',
      'Set models.offline to false and clear HF_HUB_OFFLINE, or copy a model folder here and take it with `goldfish models use`.',
    );
  };

  return {
    list,
    async pull(text, accelerator, onProgress, signal) {
      const { id, revision } = named(text ?? defaultModel(manifest, 'captioner')?.id ?? '');
      mayAsk();
      if (under.has(id)) {
        throw new RequestError('invalid', `${id} is being fetched already.`, 'Wait until it is there.');
      }
      let last = { model: id, file: '', fileBytes: 0, fileTotalBytes: 0, bytes: 0, totalBytes: 0 };
      let toldMs = 0;
      const hub = hubOf(env, (note) => onProgress({ ...last, note }));
      const known = manifest.models.find((model) => model.id === id);
      const pinned = new Map(
        (known?.files ?? []).flatMap(({ path, sha256 }) => (sha256 ? [[path, sha256] as const] : [])),
      );
      under.add(id);
      try {
        const pulled = await pull(
          hub,
          {
            id,
            revision: revision ?? known?.revision ?? 'main',
            place: placeOf(modelsDir, id),
            lock: LOCK,
            accelerator,
            pinned,
            onProgress: (progress) => {
              last = { model: id, ...progress };
              const now = performance.now();
              if (now - toldMs < TELL_MS && progress.bytes < progress.totalBytes) return;
              toldMs = now;
              onProgress(last);
            },
          },
          signal,
        );
        models.refresh();
        const bytes = pulled.files.reduce((sum, file) => sum + file.bytes, 0);
        const { licence, folder } = pulled;
        return { model: id, revision: pulled.revision, licence, bytes, folder };
      } catch (error) {
        if (error instanceof UnavailableError) {
          throw new RequestError('unavailable', error.message, error.remedy);
        }
        throw error;
      } finally {
        under.delete(id);
      }
    },
    async pin(text, onModel, signal) {
      const id = text === undefined ? undefined : named(text).id;
      const wanted = manifest.models.filter((model) => id === undefined || model.id === id);
      if (wanted.length === 0)
        throw new RequestError('notFound', `${id} is not in the manifest.`, 'List: goldfish models list');
      mayAsk();
      const hub = hubOf(env, () => undefined);
      const pinned: PinnedModel[] = [];
      const failed: { model: string; reason: string }[] = [];
      for (const [model, revision] of new Map(wanted.map((each) => [each.id, each.revision]))) {
        onModel(model);
        try {
          pinned.push({ model, ...(await pin(hub, model, revision ?? 'main', signal)) });
        } catch (error) {
          if (!(error instanceof UnavailableError)) throw error;
          failed.push({ model, reason: error.message });
        }
      }
      return { pinned, failed };
    },
    async remove(text) {
      const { id } = named(text);
      if (!unshelve(modelsDir, id)) {
        throw new RequestError('notFound', `${id} is not on this machine.`, 'List: goldfish models list');
      }
      models.refresh();
      return list();
    },
    giveKey: keys.give,
  };
}
