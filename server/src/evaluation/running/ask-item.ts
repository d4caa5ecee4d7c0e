import type { AskResult } from '../../../protocol/ask.ts';
import type { SearchResult } from '../../../protocol/search.ts';
import type { Client } from '../../daemon/connect.ts';
import {
  formatChoiceQuestion,
  type OptionOrder,
  orderOptions,
  rotateOptions,
} from '../choices/format-choice-question.ts';
import { parseChoice } from '../choices/parse-choice.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvalItem, EvalPrediction, ItemCost, PredictedHit, PredictedRange } from '../item.ts';
import { type RunSettings, toEvidenceKinds } from './run-settings.ts';

/** Hits that are kept of each search: enough for recall at 10 and mAP of 10 predictions. */
const KEPT_HITS = 10;
/** How often a request is repeated because a model was still loading. Each time the daemon waits for seconds. */
const MAX_TRIES = 40;
/** What the daemon logs if it continued without a model, or if a model failed. */
const LATE_MODEL = /was not ready within \d+ ms/;
const FAILED_MODEL = /did not answer: /;

/** Text of the option that `--unknown` adds. */
const UNKNOWN_OPTION = 'The video does not answer this question';

/** A daemon with an index of the set, as `ask-item` uses it. */
export interface IndexedSet {
  readonly client: Client;
  /** URI of each video. */
  readonly uris: ReadonlyMap<string, string>;
  /** Video of each URI. */
  readonly videos: ReadonlyMap<string, string>;
}

/** The part of a prediction that comes from the daemon. */
type AskedPrediction = Omit<EvalPrediction, 'key'>;

/** Sends a request until no model was late for it, so that results do not depend on the speed of the machine. */
async function requestWithModels<T>(client: Client, send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const messages: string[] = [];
    const stop = client.onLog((message) => messages.push(message));
    let result: T;
    try {
      result = await send();
    } finally {
      stop();
    }
    const failure = messages.find((message) => FAILED_MODEL.test(message));
    if (failure !== undefined)
      throw new EvaluationError(failure, 'Check the model. The next run asks this item again.');
    if (!messages.some((message) => LATE_MODEL.test(message))) return result;
    if (tries === MAX_TRIES)
      throw new EvaluationError(
        `A model was not ready after ${tries} tries.`,
        'See "goldfish status" for what serves each role. The next run asks this item again.',
      );
  }
}

/** Returns a function that names the set's video of a range; other files are left out. */
const rangeIn =
  ({ videos }: IndexedSet) =>
  ({ uri, startMs, endMs }: { uri: string; startMs: number; endMs: number }): readonly PredictedRange[] => {
    const video = videos.get(uri);
    return video === undefined ? [] : [{ video, startMs, endMs }];
  };

function toHits(set: IndexedSet, { hits }: SearchResult): readonly PredictedHit[] {
  const range = rangeIn(set);
  return hits.flatMap((hit) =>
    range(hit).map((place) => ({
      ...place,
      score: Math.round(hit.score * 10_000) / 10_000,
      why: hit.evidence[0]?.kind ?? '',
    })),
  );
}

/** Options as shown and their order; undefined for items without options. */
function showOptions(item: EvalItem, { rotate, unknown }: RunSettings) {
  if (item.options === undefined) return undefined;
  const order: OptionOrder = rotateOptions(item.options.length, rotate);
  const shown = orderOptions(item.options, order);
  return { order, shown: unknown ? [...shown, UNKNOWN_OPTION] : shown };
}

/** Asks an item and returns what was answered, cited and found, and how long it took. */
export async function askItem(
  set: IndexedSet,
  item: EvalItem,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<{ readonly prediction: AskedPrediction; readonly cost: ItemCost }> {
  const { client, uris } = set;
  const uri = uris.get(item.video);
  if (uri === undefined) throw new EvaluationError(`${item.video} is not indexed.`, 'Run the command again.');
  const scope = {
    uris: settings.library ? [...uris.values()] : [uri],
    kinds: toEvidenceKinds(settings.use)?.slice(),
  };
  const options = showOptions(item, settings);
  const toQuestion = (text: string) =>
    options && settings.optionsInQuestion ? formatChoiceQuestion(text, options.shown) : text;
  const ask = (text: string) =>
    requestWithModels<AskResult>(client, () =>
      client.request(
        'goldfish/ask',
        { question: toQuestion(text), k: item.whole ? -1 : settings.k, inspect: settings.inspect, scope },
        { signal },
      ),
    );
  // Sets of moments have nothing to answer.
  const answerStart = performance.now();
  const answer = item.task === 'moment' ? undefined : await ask(item.question);
  const paired = item.pairedQuestion === undefined ? undefined : await ask(item.pairedQuestion);
  const searchStart = performance.now();
  const found = await requestWithModels<SearchResult>(client, () =>
    client.request('goldfish/search', { query: item.question, k: KEPT_HITS, scope }, { signal }),
  );
  const end = performance.now();
  const shownChoice = options && answer ? parseChoice(answer.answer, options.shown) : undefined;
  const choice = shownChoice === undefined ? undefined : options?.order[shownChoice];
  return {
    prediction: {
      id: item.id,
      video: item.video,
      task: item.task,
      question: item.question,
      ...(item.options === undefined ? {} : { options: item.options }),
      ...(item.pairedQuestion === undefined ? {} : { pairedQuestion: item.pairedQuestion }),
      gold: item.gold,
      labels: item.labels,
      pred: answer?.answer ?? '',
      ...(paired === undefined ? {} : { pairedPred: paired.answer }),
      ...(choice === undefined ? {} : { choice }),
      citations: (answer?.citations ?? []).flatMap(rangeIn(set)),
      hits: toHits(set, found),
      abstained: answer !== undefined && !answer.grounded,
    },
    cost: {
      id: item.id,
      searchMs: Math.round(end - searchStart),
      answerMs: Math.round(searchStart - answerStart),
    },
  };
}
