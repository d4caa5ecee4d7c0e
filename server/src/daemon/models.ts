import { readManifest } from '../adapters/models/manifest.ts';
import { type InferenceHostOptions, listDevices } from '../adapters/transformers/inference-host.ts';
import type { Settings } from '../core/domain/settings.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { TextRecogniser } from '../ports/text-recogniser.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import type { VoiceDetector } from '../ports/voice-detector.ts';
import { createModelSlot, type ModelInUse } from './models/model-slot.ts';
import { selectAnswerer } from './models/select-answerer.ts';
import { selectCaptioner } from './models/select-captioner.ts';
import { selectFrameEmbedder, selectTextEmbedder } from './models/select-embedders.ts';
import type { SelectionInputs } from './models/select-model.ts';
import { selectReader } from './models/select-reader.ts';
import { selectReranker } from './models/select-reranker.ts';
import { selectTranscriber } from './models/select-transcriber.ts';
import { selectVoiceDetector } from './models/select-voice-detector.ts';
import { watchAnswerer } from './models/watch-answerer.ts';

export type { ModelInUse } from './models/model-slot.ts';

export interface Models {
  /** Returns the model of a role. Undefined if none is configured or the configured one is not downloaded. */
  captioner(): Captioner | undefined;
  transcriber(): Transcriber | undefined;
  voiceDetector(): VoiceDetector | undefined;
  /** Without a configured model, one that comes with Goldfish. */
  reader(): TextRecogniser;
  answerer(): Answerer | undefined;
  textEmbedder(): TextEmbedder | undefined;
  frameEmbedder(): FrameEmbedder | undefined;
  reranker(): Reranker | undefined;
  roles(): readonly ModelInUse[];
  /** Suggestions that would improve captions and answers, one sentence each. */
  advice(): readonly string[];
  /** Calls the listener when the model of any role has changed. */
  onChange(listener: () => void): () => void;
  /** Reads the settings and the downloaded models again, for example after a pull. */
  refresh(): void;
  close(): Promise<void>;
}

export interface ModelsOptions {
  readonly settings: () => Settings;
  readonly onSettings: (listener: (settings: Settings) => void) => () => void;
  readonly modelsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** API key from a client. It takes precedence over the environment variable. */
  readonly clientKey?: () => string | undefined;
  /** Number of processors that a model on the CPU may use. */
  readonly threads: () => number;
  readonly log: (message: string) => void;
}

/** Selects the daemon's models according to the settings. A model loads on its first request. */
export function createModels(options: ModelsOptions): Models {
  const { settings, modelsDir, env } = options;
  const manifest = readManifest();
  const listeners = new Set<() => void>();

  const createHostOptions = (folder: string, id?: string): InferenceHostOptions => {
    const currentSettings = settings();
    const device = currentSettings['models.device'];
    const devices =
      device === 'auto' ? listDevices(process.platform, process.arch) : [...new Set([device, 'cpu'])];
    const idleMs = currentSettings['models.idleMinutes'] * 60_000;
    const threads = Math.max(1, options.threads());
    return { folder, id, devices, threads, idleMs, onTrouble: options.log };
  };
  const findApiKey = () => options.clientKey?.() ?? (env[settings()['models.keyVariable']] || undefined);
  const createSelectionInputs = (): SelectionInputs => {
    const currentSettings = settings();
    return { settings: currentSettings, manifest, modelsDir, env, key: findApiKey, host: createHostOptions };
  };

  const captioner = createModelSlot(() => selectCaptioner(createSelectionInputs()));
  const transcriber = createModelSlot(() => selectTranscriber(createSelectionInputs()));
  const voiceDetector = createModelSlot(() => selectVoiceDetector(createSelectionInputs()));
  const reader = createModelSlot(() => selectReader(createSelectionInputs(), options.log));
  const textEmbedder = createModelSlot(() => selectTextEmbedder(createSelectionInputs()));
  const frameEmbedder = createModelSlot(() => selectFrameEmbedder(createSelectionInputs()));
  const reranker = createModelSlot(() => selectReranker(createSelectionInputs()));
  // Created after the captioner, because the captioner can also serve as the answerer.
  const answerer = createModelSlot(() => selectAnswerer(createSelectionInputs(), captioner), watchAnswerer);
  const slots = [
    captioner,
    transcriber,
    voiceDetector,
    reader,
    textEmbedder,
    frameEmbedder,
    reranker,
    answerer,
  ] as const;

  const refresh = () => {
    const hasChanged = slots.map((slot) => slot.refresh()).some(Boolean);
    if (hasChanged) for (const listener of listeners) listener();
  };
  const stopSettings = options.onSettings(refresh);
  return {
    captioner: captioner.model,
    transcriber: transcriber.model,
    voiceDetector: voiceDetector.model,
    reader: () => {
      const model = reader.model();
      if (!model) throw new Error('No text reader was created.');
      return model;
    },
    answerer: answerer.model,
    textEmbedder: textEmbedder.model,
    frameEmbedder: frameEmbedder.model,
    reranker: reranker.model,
    roles: () => slots.map((slot) => slot.role()),
    advice: () => slots.flatMap((slot) => slot.advice() ?? []),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
    async close() {
      stopSettings();
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}
