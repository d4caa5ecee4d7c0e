import assert from 'node:assert/strict';
import { createAnswerQuestion } from '../../server/src/answering/answer-question.ts';
import type { AskRequest } from '../../server/src/answering/ask-request.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { PromptPart } from '../../server/src/core/generation/caption-prompt.ts';
import type { AnswerStyle } from '../../server/src/core/models/answer-style.ts';
import type { Answerer, AnswererMessage } from '../../server/src/ports/answerer.ts';
import type { Captioner } from '../../server/src/ports/captioner.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { fakeCaptioner } from './fake-captioner.ts';
import { library, type Told } from './transcripts.ts';

const never = new AbortController().signal;

/** What one look was given. */
export interface Look {
  readonly timesMs: readonly number[];
  readonly prompt: readonly PromptPart[];
  readonly tokens: number;
}

export const textOf = (prompt: readonly PromptPart[]) =>
  prompt.map((part) => (part.kind === 'text' ? part.text : '')).join('');

/** Asks over made-up videos with models that answer as the test says; what they were asked is kept. */
export async function asking(
  told: readonly Told[],
  {
    says,
    scores,
    sees,
    words = 400,
    style,
    wholeMinutes = 3,
    store = createMemoryStore(),
    nowMs,
  }: {
    /** Absent: no language model. */
    readonly says?: ((prompt: string, messages: readonly AnswererMessage[]) => string) | undefined;
    /** Absent: no captioner. Thrown errors are its failures; one given with a text comes after it. */
    /** Log-probabilities of replies; absent: the model does not tell. */
    readonly scores?: (messages: readonly AnswererMessage[], replies: readonly string[]) => readonly number[];
    readonly sees?: ((look: Look) => string | { readonly text: string; readonly error: Error }) | undefined;
    readonly words?: number;
    /** How the language model is asked; absent: `cited`. */
    readonly style?: AnswerStyle;
    readonly wholeMinutes?: number;
    readonly store?: ReturnType<typeof createMemoryStore>;
    readonly nowMs?: number;
  },
) {
  const shelf = await library(told, store, nowMs);
  const asked: (readonly AnswererMessage[])[] = [];
  const looks: Look[] = [];
  const troubles: string[] = [];
  const answerer = (name: string): Answerer => ({
    name,
    words,
    ...(style && { style }),
    async answer(messages, onDelta, signal) {
      signal.throwIfAborted();
      asked.push(messages);
      const text = says?.(messages.at(-1)?.text ?? '', messages) ?? '';
      for (const piece of text.split(/(?<= )/)) {
        signal.throwIfAborted();
        onDelta(piece);
      }
      return text;
    },
    ...(scores && { score: async (messages, replies) => scores(messages, replies) }),
    close: async () => undefined,
  });
  const captioner: Captioner = {
    ...fakeCaptioner(),
    name: 'seer',
    async inspect({ pictures, prompt }, tokens, onDelta, signal) {
      signal.throwIfAborted();
      const frames = prompt.filter(({ kind }) => kind === 'frame').length;
      if (frames !== pictures.length) throw new ModelUnavailableError(`${frames} for ${pictures.length}`, '');
      const look = { timesMs: pictures.map(({ timeMs }) => timeMs), prompt, tokens };
      looks.push(look);
      const seen = sees?.(look) ?? '';
      const text = typeof seen === 'string' ? seen : seen.text;
      for (const piece of text.split(/(?<= )/)) onDelta(piece);
      if (typeof seen !== 'string') throw seen.error;
      return text;
    },
  };
  const model = createAnswerQuestion({
    ...shelf,
    answerer: () => (says ? answerer('writer') : undefined),
    captioner: () => (sees ? captioner : undefined),
    decoder: {
      async *frames(_uri, timesMs): AsyncGenerator<Picture> {
        for (const timeMs of timesMs) yield { timeMs, width: 1, height: 1, data: new Uint8Array(3) };
      },
    },
    maxWholeVideoMinutes: () => wholeMinutes,
    saveSummary: async (row) => {
      const { videoId, uri } = row;
      await store.commit({ descriptions: [{ videoId, uri, stage: 'summary', rows: [row] }] });
    },
    onModelFailure: (message) => troubles.push(message),
  });
  return {
    asked,
    looks,
    troubles,
    answerer,
    store,
    catalogue: shelf.catalogue,
    async ask(question: string, more: Partial<AskRequest> = {}, signal: AbortSignal = never) {
      const deltas: string[] = [];
      const answer = await model(
        { question, k: 3, scope: {}, ...more },
        (delta) => deltas.push(delta),
        signal,
      );
      assert.equal(deltas.join(''), answer.answer, 'the deltas are the answer');
      for (const { n } of answer.citations) assert.ok(answer.answer.includes(`[${n}]`), `[${n}] is cited`);
      const numbers = [...answer.answer.matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n));
      for (const n of numbers) assert.ok(n >= 1 && n <= answer.citations.length, `[${n}] leads somewhere`);
      return answer;
    },
  };
}
