// What a model of each role costs on the CPU: disk, time to load, memory of its process, speed.
import { createHostAnswerer } from '../../server/src/adapters/transformers/answerer.ts';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import { createTransformersFrameEmbedder } from '../../server/src/adapters/transformers/frame-embedder.ts';
import { createInferenceHost } from '../../server/src/adapters/transformers/inference-host.ts';
import { createTransformersReranker } from '../../server/src/adapters/transformers/reranker.ts';
import { createTransformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import { createTransformersTranscriber } from '../../server/src/adapters/transformers/transcriber.ts';
import { childMemory } from './child-memory.ts';
import { clipOf, FRAMES, SIDE } from './random-clip.mjs';
import { bytesOf, hostOf } from './random-model.mjs';
import { at, rounded, row, timed, timedRuns } from './timing.ts';

const never = new AbortController().signal;
const shown = { id: 'r', revision: '1' };

/** Tokens of a caption. */
export const CAPTION_TOKENS = 24;
export const budget = { frames: FRAMES, framePx: SIDE, words: 120, tokens: CAPTION_TOKENS };
const SOUND_S = 30;
/** About half a minute of speech, as the embed stage cuts it. */
const TEXT_TOKENS = 120;
const TEXTS = 32;
const PICTURES = 16;
const PICTURE_PX = 224;
/** A place as the reranker is given it: about a minute of speech. */
const PLACE_TOKENS = 200;
const PLACES = 30;
/** The rules, a question and three clips. */
const PROMPT_TOKENS = 800;
const ANSWER_TOKENS = 48;

/** Words that the made-up tokenizers take for one token each. */
const words = (count, seed = 0) =>
  Array.from({ length: count }, (_, i) => `w${2000 + seed * 977 + i}`).join(' ');

export function captioned([reply]) {
  if (!reply || 'failure' in reply) throw new Error(reply?.failure.reason ?? 'no reply');
  if (reply.complete) throw new Error('the random model ended its text, so its tokens are not those counted');
}

const captioner = {
  open: (folder) => createTransformersCaptioner({ ...shown, budget, batch: 1 }, hostOf(folder)),
  async speed(model, runs) {
    const clip = clipOf(0);
    const all = await timedRuns(runs, async () => captioned(await model.caption([clip], never)));
    return [[`a clip of ${FRAMES} frames, ${SIDE} px, ${CAPTION_TOKENS} tokens`, at(all, 0.5), 's']];
  },
};

const transcriber = {
  open: (folder) => createTransformersTranscriber(shown, hostOf(folder)),
  async speed(model, runs) {
    const samples = Float32Array.from({ length: SOUND_S * 16_000 }, () => Math.random() - 0.5);
    const all = await timedRuns(runs, async () => {
      const reply = await model.transcribe({ samples }, never);
      if ('failure' in reply) throw new Error(reply.failure.reason);
    });
    return [['a minute of speech', (at(all, 0.5) * 60) / SOUND_S, 's']];
  },
};

const textEmbedder = {
  open: (folder) => createTransformersTextEmbedder(shown, hostOf(folder)),
  async speed(model, runs) {
    const texts = Array.from({ length: TEXTS }, (_, i) => words(TEXT_TOKENS, i));
    const all = await timedRuns(runs, () => model.embed(texts, 'passage', never));
    const one = await timedRuns(5 * runs, () => model.embed([words(10)], 'query', never));
    return [
      [`texts of ${TEXT_TOKENS} tokens`, TEXTS / at(all, 0.5), 'a second'],
      ['a question of 10 tokens', 1000 * at(one, 0.5), 'ms'],
    ];
  },
};

const frameEmbedder = {
  open: (folder) => createTransformersFrameEmbedder({ ...shown, framePx: PICTURE_PX }, hostOf(folder)),
  async speed(model, runs) {
    const data = Uint8Array.from({ length: PICTURE_PX ** 2 * 3 }, () => Math.random() * 256);
    const picture = { timeMs: 0, width: PICTURE_PX, height: PICTURE_PX, data };
    const pictures = Array.from({ length: PICTURES }, () => picture);
    const all = await timedRuns(runs, () => model.embedPictures(pictures, never));
    const one = await timedRuns(5 * runs, () => model.embedTexts([words(10)], never));
    return [
      [`pictures of ${PICTURE_PX} px`, PICTURES / at(all, 0.5), 'a second'],
      ['a question of 10 tokens', 1000 * at(one, 0.5), 'ms'],
    ];
  },
};

const reranker = {
  open: (folder) => createTransformersReranker(shown, hostOf(folder)),
  async speed(model, runs) {
    const places = Array.from({ length: PLACES }, (_, i) => words(PLACE_TOKENS - 12, i));
    const all = await timedRuns(runs, () => model.rank(words(10), places, never));
    return [[`pairs of ${PLACE_TOKENS} tokens`, PLACES / at(all, 0.5), 'a second']];
  },
};

const answerer = {
  open(folder) {
    const host = createInferenceHost(hostOf(folder));
    const model = createHostAnswerer('r', { words: 1500, tokens: ANSWER_TOKENS }, host, () => host.close());
    return { ...model, health: (signal) => host.call('loadWriter', (place) => place, signal) };
  },
  async speed(model, runs) {
    const messages = [{ role: 'user', text: words(PROMPT_TOKENS) }];
    const [firsts, paces] = [[], []];
    await timedRuns(runs, async () => {
      const start = performance.now();
      const times = [];
      await model.answer(messages, () => times.push(performance.now()), never);
      const [first = Number.NaN] = times;
      firsts.push((first - start) / 1000);
      paces.push((1000 * (times.length - 1)) / ((times.at(-1) ?? 0) - first));
    });
    return [
      [`first text after a prompt of ${PROMPT_TOKENS} tokens`, at(firsts.slice(1), 0.5), 's'],
      ['then', at(paces.slice(1), 0.5), 'tokens a second'],
    ];
  },
};

const ROLES = { captioner, transcriber, textEmbedder, frameEmbedder, reranker, answerer };

/** Rows of what a model costs that lies in a folder. */
export async function roleCost(role, id, folder, runs) {
  const { open, speed } = ROLES[role];
  const model = open(folder);
  try {
    const load = await timed(() => model.health(never));
    const speeds = await speed(model, runs);
    const memory = childMemory();
    const name = `${role} ${id.split('/').at(-1)}`;
    const held = memory
      ? [
          row(
            `${name}: memory after work, and at most`,
            rounded(memory.now, 0),
            `and ${rounded(memory.most, 0)} MB`,
          ),
        ]
      : [];
    return [
      row(`${name}: disk`, rounded(bytesOf(folder) / 1e6, 0), 'MB'),
      row(`${name}: load and self-test`, rounded(load), 's'),
      ...held,
      ...speeds.map(([what, value, unit]) =>
        row(`${name}: ${what}`, rounded(value, value < 10 ? 2 : 1), unit),
      ),
    ];
  } finally {
    await model.close();
  }
}
