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
import type { InferenceCalls } from '../adapters/transformers/inference-messages.ts';
import { CAPTIONER_LOADER } from '../adapters/transformers/load-model.ts';
import type { LoadedVisionModel } from '../adapters/transformers/loaded-model.ts';
import { createModelHolder, type Emit, emitWithoutWaiting } from '../adapters/transformers/model-holder.ts';
import {
  embedLoadedTexts,
  type LoadedTextEmbedder,
  TEXT_EMBEDDER_LOADER,
} from '../adapters/transformers/sentence-embedding.ts';
import {
  generateReply,
  isVisionModel,
  type LoadedTextGenerator,
  scoreReplies,
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
import { DIARISER_LOADER, hearVoices, type LoadedDiariser } from '../adapters/transformers/voice-prints.ts';
import { type LoadedSpeechRecogniser, SPEECH_LOADER } from '../adapters/transformers/whisper-model.ts';
import { serveChildCalls } from '../base/child-server.ts';

/** Interval between heartbeats while tokens are generated, ms. */
const HEARTBEAT_INTERVAL_MS = 2000;

const captioners = createModelHolder<LoadedVisionModel>(CAPTIONER_LOADER, true);
const speechRecognisers = createModelHolder<LoadedSpeechRecogniser>(SPEECH_LOADER, true);
const textEmbedders = createModelHolder<LoadedTextEmbedder>(TEXT_EMBEDDER_LOADER, false);
const frameEmbedders = createModelHolder<LoadedDualEncoder>(DUAL_ENCODER_LOADER, false);
const rerankers = createModelHolder<LoadedReranker>(RERANKER_LOADER, false);
const voiceDetectors = createModelHolder<LoadedVoiceDetector>(VOICE_LOADER, false);
const diarisers = createModelHolder<LoadedDiariser>(DIARISER_LOADER, true);
const textReaders = createModelHolder<LoadedTextReader>(READER_LOADER, true);
const textGenerators = createModelHolder<LoadedTextGenerator>(TEXT_GENERATION_LOADER, true);

const holders = [
  captioners,
  speechRecognisers,
  textEmbedders,
  frameEmbedders,
  rerankers,
  voiceDetectors,
  diarisers,
  textReaders,
  textGenerators,
];

/** Returns whether the model that this process runs is on a GPU or another accelerator. */
const usesAccelerator = (): boolean => holders.some((holder) => (holder.device() ?? 'cpu') !== 'cpu');

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
    load: captioners.health,
    generate: ({ place, items, tokens, streams }, context) =>
      captioners.use(place, context, (model) => {
        const { emit, signal } = context;
        const onDelta = streams ? (delta: string) => emitWithoutWaiting(emit, { delta }) : undefined;
        return generateForItems(model, items, tokens, { onToken: createHeartbeat(emit), onDelta }, signal);
      }),
    loadSpeech: speechRecognisers.health,
    listen: ({ place, ...request }, context) =>
      speechRecognisers.use(place, context, (model) =>
        transcribeSamples(model, request, createHeartbeat(context.emit), context.signal),
      ),
    loadTexts: textEmbedders.health,
    embedTexts: ({ place, texts: textList, purpose }, context) =>
      textEmbedders.use(place, context, (model) =>
        embedLoadedTexts(model, textList, purpose, createHeartbeat(context.emit), context.signal),
      ),
    loadTowers: frameEmbedders.health,
    embedWords: ({ place, texts: textList }, context) =>
      frameEmbedders.use(place, context, (model) =>
        encodeTexts(model, textList, createHeartbeat(context.emit), context.signal),
      ),
    embedPictures: ({ place, pictures }, context) =>
      frameEmbedders.use(place, context, (model) =>
        encodePictures(model, pictures, createHeartbeat(context.emit), context.signal),
      ),
    loadRanker: rerankers.health,
    rank: ({ place, question, passages }, context) =>
      rerankers.use(place, context, (model) =>
        rankPassages(model, question, passages, createHeartbeat(context.emit), context.signal),
      ),
    loadVoice: voiceDetectors.health,
    detectVoice: ({ place, samples, state }, context) =>
      voiceDetectors.use(place, context, (model) => detectVoice(model, samples, state, context.signal)),
    loadDiariser: diarisers.health,
    hearVoices: ({ place, window }, context) =>
      diarisers.use(place, context, (model) => hearVoices(model, window, context.signal)),
    loadReader: textReaders.health,
    readText: ({ place, ...request }, context) =>
      textReaders.use(place, context, (model) =>
        readText(model, request, createHeartbeat(context.emit), context.signal),
      ),
    loadWriter: (place, context) =>
      isVisionModel(place.folder) ? captioners.health(place, context) : textGenerators.health(place, context),
    write: ({ place, messages, tokens }, context) => {
      const { emit, signal } = context;
      const callbacks = {
        onToken: createHeartbeat(emit),
        onDelta: (delta: string) => emitWithoutWaiting(emit, { delta }),
      };
      if (isVisionModel(place.folder))
        return captioners.use(place, context, (model) =>
          generateReply(model, toPartsPrompt(model, messages), tokens, callbacks, signal),
        );
      return textGenerators.use(place, context, (model) =>
        generateReply(model, toTextPrompt(model, messages), tokens, callbacks, signal),
      );
    },
    score: ({ place, messages, replies }, context) =>
      isVisionModel(place.folder)
        ? captioners.use(place, context, (model) =>
            scoreReplies(model, toPartsPrompt(model, messages), replies),
          )
        : textGenerators.use(place, context, (model) =>
            scoreReplies(model, toTextPrompt(model, messages), replies),
          ),
  },
  toErrorDetail,
  usesAccelerator,
);
