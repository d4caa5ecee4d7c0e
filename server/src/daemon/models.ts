import { readManifest } from '../adapters/models/manifest.ts';
import { deviceOrder, type HostOptions } from '../adapters/transformers/host.ts';
import type { Settings } from '../core/settings.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import { chooseAnswerer } from './models/answerer.ts';
import { chooseCaptioner } from './models/captioner.ts';
import type { Choosing } from './models/choose.ts';
import { chooseFrameEmbedder, chooseTextEmbedder } from './models/embedders.ts';
import { keep, type ModelInUse } from './models/keep.ts';
import { chooseReranker } from './models/reranker.ts';
import { chooseTranscriber } from './models/transcriber.ts';

export type { ModelInUse } from './models/keep.ts';

export interface Models {
  /** Each is undefined where none is set or the one that is set is not here. */
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

/** Chooses and keeps the models of the daemon as the settings say. No model is loaded before it is asked something. */
export function createModels(options: ModelsOptions): Models {
  const { settings, modelsDir, env } = options;
  const manifest = readManifest();
  const listeners = new Set<() => void>();

  const host = (folder: string, id?: string): HostOptions => {
    const now = settings();
    const device = now['models.device'];
    const devices =
      device === 'auto' ? deviceOrder(process.platform, process.arch) : [...new Set([device, 'cpu'])];
    const idleMs = now['models.idleMinutes'] * 60_000;
    const threads = Math.max(1, options.threads());
    return { folder, id, devices, threads, idleMs, onTrouble: options.log };
  };
  const key = () => options.givenKey?.() ?? (env[settings()['models.keyVariable']] || undefined);
  const choosing = (): Choosing => {
    const now = settings();
    return { settings: now, manifest, modelsDir, key, host };
  };

  const captioner = keep(() => chooseCaptioner(choosing()));
  const transcriber = keep(() => chooseTranscriber(choosing()));
  const textEmbedder = keep(() => chooseTextEmbedder(choosing()));
  const frameEmbedder = keep(() => chooseFrameEmbedder(choosing()));
  const reranker = keep(() => chooseReranker(choosing()));
  // Behind the captioner, which may serve both.
  const answerer = keep(() => chooseAnswerer(choosing(), captioner));
  const all = [captioner, transcriber, textEmbedder, frameEmbedder, reranker, answerer] as const;

  const refresh = () => {
    const changed = all.map((each) => each.refresh()).some(Boolean);
    if (changed) for (const listener of listeners) listener();
  };
  const stop = options.onSettings(refresh);
  return {
    captioner: captioner.model,
    transcriber: transcriber.model,
    answerer: answerer.model,
    textEmbedder: textEmbedder.model,
    frameEmbedder: frameEmbedder.model,
    reranker: reranker.model,
    roles: () => all.map((each) => each.role()),
    advice: () => all.flatMap((each) => each.advice() ?? []),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
    async close() {
      stop();
      await Promise.all(all.map((each) => each.close()));
    },
  };
}
