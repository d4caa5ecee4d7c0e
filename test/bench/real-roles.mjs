// The same work for a role's model through the daemon's adapter (`open`, `ask`) and in this process (`load`, `run`).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createHostAnswerer } from '../../server/src/adapters/transformers/answerer.ts';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import { generateForItems } from '../../server/src/adapters/transformers/image-text-generation.ts';
import { createInferenceHost } from '../../server/src/adapters/transformers/inference-host.ts';
import { CAPTIONER_LOADER, loadModel } from '../../server/src/adapters/transformers/load-model.ts';
import {
  embedLoadedTexts,
  TEXT_EMBEDDER_LOADER,
} from '../../server/src/adapters/transformers/sentence-embedding.ts';
import { createTransformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import {
  generateReply,
  TEXT_GENERATION_LOADER,
  toTextPrompt,
} from '../../server/src/adapters/transformers/text-generation.ts';
import { transcribeSamples } from '../../server/src/adapters/transformers/transcribe.ts';
import { createTransformersTranscriber } from '../../server/src/adapters/transformers/transcriber.ts';
import { SPEECH_LOADER } from '../../server/src/adapters/transformers/whisper-model.ts';
import { ANSWER_EXAM } from '../../server/src/core/exams/answer-exam.ts';
import { plainPrompt } from '../../server/src/core/generation/plain-prompt.ts';
import { splitSentences } from '../../server/src/core/language/sentence-splitter.ts';
import { LANGUAGE_PAIRS } from '../../server/src/core/ranking/language-pairs.ts';
import { decodeSound } from '../support/real-sound.ts';
import { clipOf, FRAMES, SIDE } from './random-clip.mjs';

/** Real weights and voices, which are no part of the project. */
const REAL_MODELS = join(import.meta.dirname, '../../../shared/models');

const never = new AbortController().signal;
const nothing = () => undefined;
const shown = { id: 'r', revision: '1' };
const CAPTION_TOKENS = 24;
const ANSWER_TOKENS = 48;
const SECOND = 16_000;
const MAX_SOUND_S = 30;

/** Real voices, each at most 30 s: a speech, a telephone call, a meeting. */
export const sounds = () =>
  ['jfk.flac', 'sample.wav', 'dev00.wav'].map((name) =>
    decodeSound(join(REAL_MODELS, 'speech', name)).slice(0, MAX_SOUND_S * SECOND),
  );

/** 64 passages of six sentences; questions are embedded one by one. */
const sentences = [LANGUAGE_PAIRS.en, LANGUAGE_PAIRS.de, LANGUAGE_PAIRS.es].flat(2);
const passages = Array.from({ length: 64 }, (_, i) =>
  Array.from({ length: 6 }, (_, j) => sentences[(i * 6 + j) % sentences.length]).join(' '),
);
const questions = ANSWER_EXAM.map(({ question }) => question);

/** Four questions of the exam as small models are asked. */
const prompts = ANSWER_EXAM.slice(0, 4).map(({ question, lines }) => [
  { role: 'user', text: plainPrompt(question, splitSentences(lines), 500) },
]);

const load = (loader) => (place) => loadModel(loader, place, nothing);

function requireReply([reply]) {
  if (!reply || 'refused' in reply || 'failure' in reply) throw new Error(JSON.stringify(reply));
}

/** Work of each role. */
export const REAL_ROLES = {
  transcriber: {
    open: (host) => createTransformersTranscriber(shown, host),
    async ask(model) {
      for (const samples of sounds()) requireReply([await model.transcribe({ samples }, never)]);
    },
    load: load(SPEECH_LOADER),
    async run(loaded) {
      for (const samples of sounds()) await transcribeSamples(loaded, { samples }, nothing, never);
    },
  },
  textEmbedder: {
    open: (host) => createTransformersTextEmbedder(shown, host),
    async ask(model) {
      await model.embed(passages, 'passage', never);
      for (const question of questions) await model.embed([question], 'query', never);
    },
    load: load(TEXT_EMBEDDER_LOADER),
    async run(loaded) {
      await embedLoadedTexts(loaded, passages, 'passage', nothing, never);
      for (const question of questions) await embedLoadedTexts(loaded, [question], 'query', nothing, never);
    },
  },
  answerer: {
    open(options) {
      const host = createInferenceHost(options);
      const budget = { words: 500, tokens: ANSWER_TOKENS, style: 'plain' };
      const model = createHostAnswerer('r', budget, host, () => host.close());
      return { ...model, health: (signal) => host.call('loadWriter', (place) => place, signal) };
    },
    async ask(model) {
      for (const messages of prompts) await model.answer(messages, nothing, never);
    },
    load: load(TEXT_GENERATION_LOADER),
    async run(loaded) {
      for (const messages of prompts) {
        const prompt = toTextPrompt(loaded, messages);
        requireReply([
          await generateReply(loaded, prompt, ANSWER_TOKENS, { onToken: nothing, onDelta: nothing }, never),
        ]);
      }
    },
  },
  captioner: {
    open: (host) =>
      createTransformersCaptioner(
        {
          ...shown,
          budget: { frames: FRAMES, framePx: SIDE, words: 120, tokens: CAPTION_TOKENS },
          batch: 1,
        },
        host,
      ),
    async ask(model) {
      requireReply(await model.caption([clipOf(0)], never));
    },
    load: load(CAPTIONER_LOADER),
    async run(loaded) {
      requireReply(await generateForItems(loaded, [clipOf(0)], CAPTION_TOKENS, { onToken: nothing }, never));
    },
  },
};

/** Folder of real weights for a role; undefined if they are not here. */
export function realWeights(role) {
  const folders = {
    transcriber: join(REAL_MODELS, 'whisper-base'),
    textEmbedder: join(REAL_MODELS, 'minilm'),
    answerer: process.env.REAL_ANSWERER,
  };
  const folder = folders[role];
  return folder && existsSync(folder) ? folder : undefined;
}
