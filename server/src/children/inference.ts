import {
  DUAL_ENCODER_LOADER,
  encodePictures,
  encodeTexts,
  type LoadedDualEncoder,
} from '../adapters/transformers/clip-model.ts';
import {
  type LoadedReranker,
  RERANKER_LOADER,
  rankPassages,
} from '../adapters/transformers/cross-encoder.ts';
import { generateForItems } from '../adapters/transformers/image-text-generation.ts';
import type {
  InferenceCalls,
  InferenceProgress,
  ModelPlace,
} from '../adapters/transformers/inference-messages.ts';
import { CAPTIONER_LOADER, loadModel } from '../adapters/transformers/load-model.ts';
import type {
  Disposable,
  LoadedVisionModel,
  ModelLoader,
  WithHealth,
} from '../adapters/transformers/loaded-model.ts';
import {
  embedLoadedTexts,
  type LoadedTextEmbedder,
  TEXT_EMBEDDER_LOADER,
} from '../adapters/transformers/sentence-embedding.ts';
import {
  generateReply,
  isVisionModel,
  type LoadedTextGenerator,
  TEXT_GENERATION_LOADER,
  toPartsPrompt,
  toTextPrompt,
} from '../adapters/transformers/text-generation.ts';
import { type LoadedTextReader, READER_LOADER, readText } from '../adapters/transformers/text-network.ts';
import { transcribeSamples } from '../adapters/transformers/transcribe.ts';
import { toErrorDetail } from '../adapters/transformers/unsupported-model.ts';
import {
  detectVoice,
  type LoadedVoiceDetector,
  VOICE_LOADER,
} from '../adapters/transformers/voice-network.ts';
import { type LoadedSpeechRecogniser, SPEECH_LOADER } from '../adapters/transformers/whisper-model.ts';
import { serveChildCalls } from '../base/child-server.ts';
import type { ModelHealth } from '../ports/captioner.ts';

/** Interval between heartbeats while tokens are generated, ms. */
const HEARTBEAT_INTERVAL_MS = 2000;

type Emit = (event: InferenceProgress) => Promise<void>;

/** Sends an event whose loss does no harm. A cancelled call rejects it. */
function emitWithoutWaiting(emit: Emit, event: InferenceProgress): void {
  emit(event).catch(() => undefined);
}

/** Holds one loaded model. A call for another one disposes of it first. After a failed load, the next call tries again. */
function createModelHolder<T extends Disposable>(kind: ModelLoader<T>) {
  let currentModel: { readonly key: string; readonly served: Promise<WithHealth<T>> } | undefined;
  return async (place: ModelPlace, emit: Emit): Promise<WithHealth<T>> => {
    const key = JSON.stringify(place);
    if (currentModel?.key !== key) {
      const previousModel = currentModel;
      const loadNext = async () => {
        await previousModel?.served.then(
          (model) => model.dispose(),
          () => undefined,
        );
        return loadModel(kind, place, (device) => emitWithoutWaiting(emit, { trying: device }));
      };
      currentModel = { key, served: loadNext() };
    }
    try {
      return await currentModel.served;
    } catch (error) {
      currentModel = undefined;
      throw error;
    }
  };
}

const loadCaptioner = createModelHolder<LoadedVisionModel>(CAPTIONER_LOADER);
const loadSpeechRecogniser = createModelHolder<LoadedSpeechRecogniser>(SPEECH_LOADER);
const loadTextEmbedder = createModelHolder<LoadedTextEmbedder>(TEXT_EMBEDDER_LOADER);
const loadFrameEmbedder = createModelHolder<LoadedDualEncoder>(DUAL_ENCODER_LOADER);
const loadReranker = createModelHolder<LoadedReranker>(RERANKER_LOADER);
const loadVoiceDetector = createModelHolder<LoadedVoiceDetector>(VOICE_LOADER);
const loadTextReader = createModelHolder<LoadedTextReader>(READER_LOADER);
const loadTextGenerator = createModelHolder<LoadedTextGenerator>(TEXT_GENERATION_LOADER);

/** Creates a handler that loads a model and returns the device it runs on. */
function createHealthHandler<T>(loadModel: (place: ModelPlace, emit: Emit) => Promise<WithHealth<T>>) {
  return async (place: ModelPlace, { emit }: { readonly emit: Emit }): Promise<ModelHealth> => {
    const { health: modelHealth } = await loadModel(place, emit);
    emitWithoutWaiting(emit, { loaded: modelHealth });
    return modelHealth;
  };
}

/** Waits for a model and reports it as loaded: a later crash is caused by the request, not by the device. */
async function waitUntilLoaded<T extends { readonly health: ModelHealth }>(
  pending: Promise<T>,
  emit: Emit,
  signal: AbortSignal,
): Promise<T> {
  const model = await pending;
  signal.throwIfAborted();
  emitWithoutWaiting(emit, { loaded: model.health });
  return model;
}

/** Returns a function to call for every token. It sends a heartbeat at most once per interval. */
function createHeartbeat(emit: Emit): () => void {
  let lastBeatMs = Date.now();
  return () => {
    if (Date.now() - lastBeatMs < HEARTBEAT_INTERVAL_MS) return;
    lastBeatMs = Date.now();
    emitWithoutWaiting(emit, { writing: true });
  };
}

serveChildCalls<InferenceCalls>(
  {
    load: createHealthHandler(loadCaptioner),
    generate: async ({ place, items, tokens, streams }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadCaptioner(place, emit), emit, signal);
      const onDelta = streams ? (delta: string) => emitWithoutWaiting(emit, { delta }) : undefined;
      return generateForItems(model, items, tokens, { onToken: createHeartbeat(emit), onDelta }, signal);
    },
    loadSpeech: createHealthHandler(loadSpeechRecogniser),
    loadTexts: createHealthHandler(loadTextEmbedder),
    embedTexts: async ({ place, texts: textList, purpose }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadTextEmbedder(place, emit), emit, signal);
      return embedLoadedTexts(model, textList, purpose, createHeartbeat(emit), signal);
    },
    loadTowers: createHealthHandler(loadFrameEmbedder),
    embedWords: async ({ place, texts: textList }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadFrameEmbedder(place, emit), emit, signal);
      return encodeTexts(model, textList, createHeartbeat(emit), signal);
    },
    embedPictures: async ({ place, pictures }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadFrameEmbedder(place, emit), emit, signal);
      return encodePictures(model, pictures, createHeartbeat(emit), signal);
    },
    loadRanker: createHealthHandler(loadReranker),
    rank: async ({ place, question, passages }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadReranker(place, emit), emit, signal);
      return rankPassages(model, question, passages, createHeartbeat(emit), signal);
    },
    loadVoice: createHealthHandler(loadVoiceDetector),
    detectVoice: async ({ place, samples, state }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadVoiceDetector(place, emit), emit, signal);
      return detectVoice(model, samples, state, signal);
    },
    loadReader: createHealthHandler(loadTextReader),
    readText: async ({ place, ...request }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadTextReader(place, emit), emit, signal);
      return readText(model, request, createHeartbeat(emit), signal);
    },
    loadWriter: (place, context) =>
      isVisionModel(place.folder)
        ? createHealthHandler(loadCaptioner)(place, context)
        : createHealthHandler(loadTextGenerator)(place, context),
    write: async ({ place, messages, tokens }, { emit, signal }) => {
      const callbacks = {
        onToken: createHeartbeat(emit),
        onDelta: (delta: string) => emitWithoutWaiting(emit, { delta }),
      };
      if (isVisionModel(place.folder)) {
        const model = await waitUntilLoaded(loadCaptioner(place, emit), emit, signal);
        return generateReply(model, toPartsPrompt(model, messages), tokens, callbacks, signal);
      }
      const model = await waitUntilLoaded(loadTextGenerator(place, emit), emit, signal);
      return generateReply(model, toTextPrompt(model, messages), tokens, callbacks, signal);
    },
    listen: async ({ place, samples, language }, { emit, signal }) => {
      const model = await waitUntilLoaded(loadSpeechRecogniser(place, emit), emit, signal);
      return transcribeSamples(model, samples, language, createHeartbeat(emit), signal);
    },
  },
  toErrorDetail,
);
