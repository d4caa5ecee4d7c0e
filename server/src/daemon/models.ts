import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '../adapters/models/manifest.ts';
import { createOpenAiCaptioner } from '../adapters/openai/captioner.ts';
import { type InferenceHostOptions, listDevices } from '../adapters/transformers/inference-host.ts';
import { packageRoot } from '../base/package-root.ts';
import type { Settings } from '../core/domain/settings.ts';
import type { ExaminedRole } from '../core/exams/exam-result.ts';
import type { CaptionBudget } from '../core/generation/caption-prompt.ts';
import { examineAnswerer } from '../examining/examine-answerer.ts';
import {
  examineCaptioner,
  examineDiariser,
  examineFrameEmbedder,
  examineReranker,
  examineTextEmbedder,
  examineTranscriber,
} from '../examining/examine-model.ts';
import type { HostModel } from '../library/host-captions.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Diariser } from '../ports/diariser.ts';
import type { ExamBook } from '../ports/exam-book.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { TextRecogniser } from '../ports/text-recogniser.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import type { VoiceDetector } from '../ports/voice-detector.ts';
import { createExam, type TakeExam, type TakenExam } from './models/examinee.ts';
import { createModelSlot, type ModelInUse, type ModelSlot } from './models/model-slot.ts';
import { selectAnswerer } from './models/select-answerer.ts';
import { type AnsweringCaptioner, selectCaptioner } from './models/select-captioner.ts';
import { selectDiariser } from './models/select-diariser.ts';
import { selectFrameEmbedder, selectTextEmbedder } from './models/select-embedders.ts';
import type { SelectionInputs } from './models/select-model.ts';
import { selectReader } from './models/select-reader.ts';
import { selectReranker } from './models/select-reranker.ts';
import { selectTranscriber } from './models/select-transcriber.ts';
import { selectVoiceDetector } from './models/select-voice-detector.ts';
import { watchAnswerer } from './models/watch-answerer.ts';

const EXAM_VOICES_FILE = join(packageRoot(), 'models/exam/voices.ulaw');
const SPOKEN_SENTENCE_FILE = join(packageRoot(), 'models/exam/sentence.ulaw');

export type { ModelInUse } from './models/model-slot.ts';

/** Requests that a host gets at once for a data set. */
const HOST_CONCURRENCY = 4;

export interface Models {
  /** Returns the model of a role. Undefined if none is configured or the configured one is not downloaded. */
  captioner(): Captioner | undefined;
  /** Creates a captioner on a host, whatever the settings say. */
  hostCaptioner(host: HostModel, budget: CaptionBudget): Captioner;
  transcriber(): Transcriber | undefined;
  voiceDetector(): VoiceDetector | undefined;
  diariser(): Diariser | undefined;
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
  /**
   * Lets the model of a role take its exam, and stores the result. Resolves with undefined if the role has no model.
   * Rejects with ModelUnavailableError and the signal's reason.
   */
  examine(role: ExaminedRole, signal: AbortSignal): Promise<TakenExam | undefined>;
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
  /** Results of exams, which decide what is used. */
  readonly exams: ExamBook;
  /** Number of processors that a model on the CPU may use. */
  readonly threads: () => number;
  readonly log: (message: string) => void;
}

/** Selects the daemon's models according to the settings. A model loads on its first request. */
export function createModels(options: ModelsOptions): Models {
  const { settings, modelsDir, env, exams } = options;
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
  const createSelectionInputs = (marks: Pick<ExamBook, 'find'> = exams): SelectionInputs => {
    const currentSettings = settings();
    const sources = { manifest, modelsDir, env };
    return { ...sources, settings: currentSettings, exams: marks, key: findApiKey, host: createHostOptions };
  };
  /** Inputs that select a model whatever its last exam says. */
  const createExamInputs = () => createSelectionInputs({ find: () => undefined });

  const captioner = createModelSlot(() => selectCaptioner(createSelectionInputs()));
  const transcriber = createModelSlot(() => selectTranscriber(createSelectionInputs()));
  const voiceDetector = createModelSlot(() => selectVoiceDetector(createSelectionInputs()));
  const diariser = createModelSlot(() => selectDiariser(createSelectionInputs()));
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
    diariser,
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
  const takeExam = createExams(
    { captioner, transcriber, diariser, textEmbedder, frameEmbedder, reranker, answerer },
    createExamInputs,
  );
  const stopSettings = options.onSettings(refresh);
  return {
    captioner: captioner.model,
    hostCaptioner: ({ baseUrl, model }, budget) => {
      const keyVariable = settings()['models.keyVariable'];
      return createOpenAiCaptioner({
        baseUrl,
        model,
        key: findApiKey,
        keyVariable,
        budget,
        concurrency: HOST_CONCURRENCY,
      });
    },
    transcriber: transcriber.model,
    voiceDetector: voiceDetector.model,
    diariser: diariser.model,
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
    async examine(role, signal) {
      const exam = await takeExam[role](signal);
      if (!exam) return undefined;
      await exams.save(exam.identity, exam.mark);
      refresh();
      return exam;
    },
    refresh,
    async close() {
      stopSettings();
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

/** Slots of the roles whose models take an exam. */
interface ExaminedSlots {
  readonly captioner: ModelSlot<AnsweringCaptioner>;
  readonly transcriber: ModelSlot<Transcriber>;
  readonly diariser: ModelSlot<Diariser>;
  readonly textEmbedder: ModelSlot<TextEmbedder>;
  readonly frameEmbedder: ModelSlot<FrameEmbedder>;
  readonly reranker: ModelSlot<Reranker>;
  readonly answerer: ModelSlot<Answerer>;
}

/** Creates the exam of each role. `createInputs` selects models whatever their last exams say. */
function createExams(
  slots: ExaminedSlots,
  createInputs: () => SelectionInputs,
): Readonly<Record<ExaminedRole, TakeExam>> {
  return {
    captioner: createExam(slots.captioner, () => selectCaptioner(createInputs()), examineCaptioner),
    transcriber: createExam(
      slots.transcriber,
      () => selectTranscriber(createInputs()),
      async (model, signal) => examineTranscriber(model, await readFile(SPOKEN_SENTENCE_FILE), signal),
    ),
    diariser: createExam(
      slots.diariser,
      () => selectDiariser(createInputs()),
      async (model, signal) => examineDiariser(model, await readFile(EXAM_VOICES_FILE), signal),
    ),
    textEmbedder: createExam(
      slots.textEmbedder,
      () => selectTextEmbedder(createInputs()),
      examineTextEmbedder,
    ),
    frameEmbedder: createExam(
      slots.frameEmbedder,
      () => selectFrameEmbedder(createInputs()),
      examineFrameEmbedder,
    ),
    reranker: createExam(slots.reranker, () => selectReranker(createInputs()), examineReranker),
    answerer: createExam(
      slots.answerer,
      () => selectAnswerer(createInputs(), slots.captioner),
      examineAnswerer,
    ),
  };
}
