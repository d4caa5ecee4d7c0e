import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { budgetOf } from '../adapters/models/budget.ts';
import { readManifest } from '../adapters/models/manifest.ts';
import { shelved } from '../adapters/models/shelf.ts';
import { openaiAnswerer } from '../adapters/openai/answerer.ts';
import { openaiCaptioner } from '../adapters/openai/captioner.ts';
import { openaiTranscriber } from '../adapters/openai/transcriber.ts';
import { transformersCaptioner } from '../adapters/transformers/captioner.ts';
import { deviceOrder, type HostOptions } from '../adapters/transformers/host.ts';
import { transformersTranscriber } from '../adapters/transformers/transcriber.ts';
import type { CaptionBudget } from '../core/captionPrompt.ts';
import { defaultModel, type Manifest } from '../core/manifest.ts';
import { EDITOR, type ModelChoice, parseModelChoice } from '../core/modelChoice.ts';
import type { Settings } from '../core/settings.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { Transcriber } from '../ports/transcriber.ts';

/** Which model serves a role, and why that one; for `status`. */
export interface ModelInUse {
  readonly role: string;
  readonly inUse: string;
  readonly why: string;
}

export interface Models {
  /** Undefined where none is set or the one that is set is not here. */
  captioner(): Captioner | undefined;
  transcriber(): Transcriber | undefined;
  answerer(): Answerer | undefined;
  textEmbedder(): TextEmbedder | undefined;
  frameEmbedder(): FrameEmbedder | undefined;
  reranker(): Reranker | undefined;
  roles(): readonly ModelInUse[];
  /** What would make captions and answers better, one sentence each. */
  advice(): readonly string[];
  /** Called after another model was taken. */
  onChange(listener: () => void): () => void;
  /** Looks again at the settings and at what lies here, such as after a pull. */
  refresh(): void;
  close(): Promise<void>;
}

export interface ModelsOptions {
  readonly settings: () => Settings;
  readonly onSettings: (listener: (settings: Settings) => void) => () => void;
  readonly modelsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A key for hosts that a client gave; it goes before that of the environment. */
  readonly givenKey?: () => string | undefined;
  /** Processors that a model on the CPU may use. */
  readonly threads: () => number;
  readonly log: (message: string) => void;
}

const REMOTE_BUDGET: CaptionBudget = { frames: 8, framePx: 512, words: 250, tokens: 150 };
const REMOTE_CONCURRENCY = 4;
const ANSWER_WORDS = 3000;
const ANSWER_TOKENS = 500;
const BATCH = 4;

interface Taken<T> extends ModelInUse {
  /** Equal key, equal model: it is kept over a change of other settings. */
  readonly key: string;
  readonly model: T | undefined;
  readonly advice?: string;
}

/** Weights without a commit are named by their files' sizes and times; goldfish.json and README do not count. */
function folderRevision(folder: string): string {
  const hash = createHash('sha256');
  try {
    hash.update(readFileSync(join(folder, 'config.json')));
    for (const name of readdirSync(join(folder, 'onnx')).sort()) {
      const { size, mtimeMs } = statSync(join(folder, 'onnx', name));
      hash.update(`${name} ${size} ${Math.floor(mtimeMs)}\n`);
    }
  } catch {
    return 'unread';
  }
  return hash.digest('hex').slice(0, 12);
}

interface Local {
  readonly id: string;
  readonly revision: string;
  readonly folder: string;
  readonly budget: CaptionBudget;
  readonly why: string;
}

/** The folder that a choice means, or why there is none. */
function localOf(
  choice: ModelChoice,
  manifest: Manifest,
  modelsDir: string,
): Local | { readonly why: string; readonly advice: string } {
  if (choice.kind === 'folder') {
    const { folder } = choice;
    const revision = folderRevision(folder);
    return {
      id: basename(folder),
      revision,
      folder,
      budget: budgetOf(folder),
      why: 'set in models.captioner',
    };
  }
  const standard = defaultModel(manifest, 'captioner');
  const id = choice.kind === 'hub' ? choice.id : standard?.id;
  if (!id) return { why: 'no default', advice: 'Set models.captioner.' };
  const here = shelved(modelsDir, id);
  const wanted = choice.kind === 'hub' ? choice.revision : undefined;
  if (!here || (wanted !== undefined && wanted !== here.revision)) {
    const pull = `goldfish models pull ${wanted === undefined ? id : `${id}@${wanted}`}`;
    const advice = `Nothing says yet what is seen: \`${pull}\` fetches a captioner.`;
    return { why: `${id} is not on this machine`, advice };
  }
  const known = manifest.models.find((model) => model.id === id)?.budget;
  const why = choice.kind === 'hub' ? 'set in models.captioner' : 'the default, and it was pulled';
  return { ...here, budget: known ?? budgetOf(here.folder), why };
}

/** The folder of a speech recogniser, or what must be pulled first. */
function speechPlace(
  choice: Extract<ModelChoice, { kind: 'folder' | 'hub' }>,
  modelsDir: string,
): Pick<Local, 'id' | 'revision' | 'folder'> | { readonly missing: string } {
  if (choice.kind === 'folder') {
    const { folder } = choice;
    return { id: basename(folder), revision: folderRevision(folder), folder };
  }
  const { id, revision } = choice;
  const here = shelved(modelsDir, id);
  if (here && (revision === undefined || revision === here.revision)) return here;
  return { missing: revision === undefined ? id : `${id}@${revision}` };
}

/** Chooses and keeps the models of the daemon as the settings say. No model is loaded before it is asked something. */
export function createModels(options: ModelsOptions): Models {
  const { settings, modelsDir, env, log } = options;
  const manifest = readManifest();
  const listeners = new Set<() => void>();

  const key = () => options.givenKey?.() ?? (env[settings()['models.keyVariable']] || undefined);
  const sized = (budget: CaptionBudget): CaptionBudget => {
    const frames = settings()['models.frames'];
    return frames > 0 ? { ...budget, frames } : budget;
  };

  const hostOptions = (folder: string): HostOptions => {
    const now = settings();
    const device = now['models.device'];
    const devices =
      device === 'auto' ? deviceOrder(process.platform, process.arch) : [...new Set([device, 'cpu'])];
    const idleMs = now['models.idleMinutes'] * 60_000;
    return { folder, devices, threads: Math.max(1, options.threads()), idleMs, onTrouble: log };
  };

  const chooseCaptioner = (): Taken<() => Captioner> => {
    const now = settings();
    const choice = parseModelChoice(now['models.captioner']) ?? { kind: 'none' };
    const role = 'captioner';
    if (choice.kind === 'none') {
      return { role, inUse: 'none', why: 'switched off in models.captioner', key: 'none', model: undefined };
    }
    if (choice.kind === 'endpoint') {
      const { baseUrl, model } = choice;
      const budget = sized(REMOTE_BUDGET);
      const keyVariable = now['models.keyVariable'];
      const make = () =>
        openaiCaptioner({ baseUrl, model, key, keyVariable, budget, concurrency: REMOTE_CONCURRENCY });
      const why = `at ${baseUrl}, set in models.captioner; frames and speech are sent there`;
      return { role, inUse: model, why, key: JSON.stringify([choice, budget, keyVariable]), model: make };
    }
    const local = localOf(choice, manifest, modelsDir);
    if ('advice' in local) return { role, inUse: 'none', ...local, key: 'none', model: undefined };
    const { id, revision, folder } = local;
    const budget = sized(local.budget);
    const host = hostOptions(folder);
    const make = () => transformersCaptioner({ id, revision, budget, batch: BATCH }, host);
    const { onTrouble: _, ...parts } = host;
    return { role, inUse: id, why: local.why, key: JSON.stringify([revision, budget, parts]), model: make };
  };

  const chooseTranscriber = (): Taken<() => Transcriber> => {
    const now = settings();
    const choice = parseModelChoice(now['models.transcriber']) ?? { kind: 'none' };
    const role = 'transcriber';
    if (choice.kind === 'default' || choice.kind === 'none') {
      const why = 'no model is set in models.transcriber';
      return { role, inUse: 'none', why, key: 'none', model: undefined };
    }
    if (choice.kind !== 'endpoint') {
      const place = speechPlace(choice, modelsDir);
      if ('missing' in place) {
        const why = `${place.missing} is not on this machine`;
        const advice = `Nothing writes down what is said: \`goldfish models pull ${place.missing}\` fetches what is set.`;
        return { role, inUse: 'none', why, key: 'none', model: undefined, advice };
      }
      const { id, revision, folder } = place;
      const host = hostOptions(folder);
      const make = () => transformersTranscriber({ id, revision }, host);
      const { onTrouble: _, ...parts } = host;
      return {
        role,
        inUse: id,
        why: 'set in models.transcriber',
        key: JSON.stringify([revision, parts]),
        model: make,
      };
    }
    const { baseUrl, model } = choice;
    const keyVariable = now['models.keyVariable'];
    const make = () => openaiTranscriber({ baseUrl, model, key, keyVariable });
    const why = `at ${baseUrl}, set in models.transcriber; the sound of videos is sent there`;
    return { role, inUse: model, why, key: JSON.stringify([choice, keyVariable]), model: make };
  };

  const chooseAnswerer = (): Taken<() => Answerer> => {
    const now = settings();
    const role = 'answerer';
    if (now['models.answerer'] === EDITOR) {
      const why = 'set in models.answerer: VS Code answers with its own model, other clients get quotes';
      return { role, inUse: EDITOR, why, key: 'none', model: undefined };
    }
    const choice = parseModelChoice(now['models.answerer']) ?? { kind: 'none' };
    if (choice.kind !== 'endpoint') {
      const why =
        choice.kind === 'default' || choice.kind === 'none'
          ? 'no model is set in models.answerer'
          : 'models.answerer takes a host such as http://127.0.0.1:11434/v1#model';
      return { role, inUse: 'quotes', why, key: 'none', model: undefined };
    }
    const { baseUrl, model } = choice;
    const keyVariable = now['models.keyVariable'];
    const make = () =>
      openaiAnswerer({ baseUrl, model, key, keyVariable, words: ANSWER_WORDS, tokens: ANSWER_TOKENS });
    const why = `at ${baseUrl}, set in models.answerer; questions and the clips found are sent there`;
    return { role, inUse: model, why, key: JSON.stringify([choice, keyVariable]), model: make };
  };

  const captioner = keep(chooseCaptioner);
  const transcriber = keep(chooseTranscriber);
  const answerer = keep(chooseAnswerer);
  const refresh = () => {
    const changed = [captioner.refresh(), transcriber.refresh(), answerer.refresh()].some(Boolean);
    if (changed) for (const listener of listeners) listener();
  };
  const stop = options.onSettings(refresh);
  return {
    captioner: captioner.model,
    transcriber: transcriber.model,
    answerer: answerer.model,
    textEmbedder: () => undefined,
    frameEmbedder: () => undefined,
    reranker: () => undefined,
    roles: () => [
      withDevice(captioner.role(), captioner.model()),
      withDevice(transcriber.role(), transcriber.model()),
      answerer.role(),
    ],
    advice: () => [captioner.advice(), transcriber.advice(), answerer.advice()].flatMap((each) => each ?? []),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
    async close() {
      stop();
      await Promise.all([captioner.close(), transcriber.close(), answerer.close()]);
    },
  };
}

/** What a loaded model runs on, and why not on what would be quicker. */
function withDevice(role: ModelInUse, model: Captioner | Transcriber | undefined): ModelInUse {
  const health = model?.loaded;
  if (!health) return role;
  const passed = health.steps.filter(({ taken }) => !taken);
  const over = passed.map(({ device, reason }) => `not on ${device}: ${reason}`);
  return { ...role, why: [`${role.why}; runs on ${health.device}`, ...over].join('; ') };
}

/** Holds the model of one role and replaces it when the choice becomes another; the old one ends. */
function keep<T extends { close(): Promise<void> }>(choose: () => Taken<() => T>) {
  let taken = choose();
  let model = taken.model?.();
  return {
    model: () => model,
    role: (): ModelInUse => ({ role: taken.role, inUse: taken.inUse, why: taken.why }),
    advice: () => taken.advice,
    /** True where another model is in use now. */
    refresh(): boolean {
      const next = choose();
      const other = next.key !== taken.key;
      taken = next;
      if (!other) return false;
      const before = model;
      model = next.model?.();
      before?.close();
      return true;
    },
    async close() {
      await model?.close();
    },
  };
}
