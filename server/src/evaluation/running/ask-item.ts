import type { AskResult, AskUsage } from '../../../protocol/ask.ts';
import type { EvidenceKind } from '../../../protocol/base.ts';
import type { SearchResult } from '../../../protocol/search.ts';
import { addSpentTime, readSpentTime, type SpentTime, subtractSpentTime } from '../../base/spent-time.ts';
import { toOptionLetter, toShares, withInstruction } from '../../core/generation/option-shares.ts';
import type { Client } from '../../daemon/connect.ts';
import type { Answerer, AnswererMessage } from '../../ports/answerer.ts';
import { meterAnswerer } from '../../ports/meter-answerer.ts';
import {
  formatChoiceQuestion,
  type OptionOrder,
  orderOptions,
  rotateOptions,
} from '../choices/format-choice-question.ts';
import { parseChoice } from '../choices/parse-choice.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvalItem, EvalPrediction, ItemCost, PredictedHit, PredictedRange } from '../item.ts';
import { CORPUS_DEPTH } from '../metrics/retrieval.ts';
import { chooseRanges, type IndexedClip } from './choose-ranges.ts';
import { type RunSettings, toEvidenceKinds } from './run-settings.ts';

/** Returns how many hits are kept: enough for mAP of 10 predictions in one video, and for recall at 100 in a whole set. */
const countKeptHits = ({ library }: RunSettings) => (library ? CORPUS_DEPTH : 10);
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
  /** Returns the clips of an indexed video. */
  readonly clipsOf: (uri: string) => Promise<readonly IndexedClip[]>;
  /** The model that is asked without evidence; absent unless the run is blind. */
  readonly blindModel?: Answerer;
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

/** The models and requests of one item. */
interface ItemAsk {
  readonly set: IndexedSet;
  readonly item: EvalItem;
  readonly settings: RunSettings;
  readonly options: ReturnType<typeof showOptions>;
  readonly signal: AbortSignal;
}

/** Returns where an item is searched. Its own video, the whole set, or all of the set but its video. */
function toScopeUris({ set: { uris }, item, settings }: ItemAsk): string[] {
  const own = uris.get(item.video);
  if (own === undefined) throw new EvaluationError(`${item.video} is not indexed.`, 'Run the command again.');
  const all = [...uris.values()];
  if (settings.absent) return all.filter((uri) => uri !== own);
  return settings.library ? all : [own];
}

/** Returns a function that searches for the item's question and keeps the result of each search. */
function createItemSearch({ set: { client }, item, signal }: ItemAsk, uris: string[]) {
  const known = new Map<string, Promise<SearchResult>>();
  return (kinds: readonly EvidenceKind[] | undefined, k: number): Promise<SearchResult> => {
    const key = JSON.stringify([kinds, k]);
    const scope = { uris, kinds: kinds?.slice() };
    const result =
      known.get(key) ??
      requestWithModels<SearchResult>(client, () =>
        client.request('goldfish/search', { query: item.question, k, scope }, { signal }),
      );
    known.set(key, result);
    return result;
  };
}

/** Asks the daemon. */
async function askDaemon(ask: ItemAsk, search: ReturnType<typeof createItemSearch>, uris: string[]) {
  const { set, item, settings, options, signal } = ask;
  const { client } = set;
  const uri = set.uris.get(item.video) ?? '';
  const ranges = await chooseRanges(item, settings, uri, {
    clipsOf: () => set.clipsOf(uri),
    search: async (kinds, k) => (await search(kinds, k)).hits,
  });
  const scope = { uris, kinds: toEvidenceKinds(settings.use)?.slice() };
  const send = (text: string) =>
    requestWithModels<AskResult>(client, () =>
      client.request(
        'goldfish/ask',
        {
          question: toShownQuestion(text, ask),
          k: item.whole ? -1 : settings.k,
          inspect: settings.inspect,
          scope,
          ranges: ranges?.slice(),
          options: settings.likelihood ? options?.shown.slice() : undefined,
        },
        { signal },
      ),
    );
  const answer = await send(item.question);
  const paired = item.pairedQuestion === undefined ? undefined : await send(item.pairedQuestion);
  return { answer, paired };
}

function toShownQuestion(text: string, { options, settings }: ItemAsk): string {
  const shows = options && (settings.optionsInQuestion || settings.likelihood);
  return shows ? formatChoiceQuestion(text, options.shown) : text;
}

/** Asks the answerer without any evidence: what it knows or guesses without the video. */
async function askBlind(ask: ItemAsk, model: Answerer) {
  const { item, signal } = ask;
  const messages = (text: string) => [
    { role: 'system' as const, text: BLIND_RULES },
    { role: 'user' as const, text: `Question: ${toShownQuestion(text, ask)}` },
  ];
  const send = async (text: string): Promise<BlindAnswer> => {
    const { answerer, usage } = meterAnswerer(model);
    return {
      answer: await answerer.answer(messages(text), () => undefined, signal),
      grounded: true,
      citations: [],
      optionShares: await scoreBlindly(ask, messages(text), answerer),
      usage: usage(),
    };
  };
  const answer = await send(item.question);
  const paired = item.pairedQuestion === undefined ? undefined : await send(item.pairedQuestion);
  return { answer, paired };
}

async function scoreBlindly(
  { options, settings, signal }: ItemAsk,
  messages: readonly AnswererMessage[],
  model: Answerer,
): Promise<number[] | undefined> {
  if (!options || !settings.likelihood) return undefined;
  const letters = options.shown.map((_, i) => toOptionLetter(i));
  const scores = await model.score?.(withInstruction(messages, letters.length), letters, signal);
  return scores && toShares(scores)?.slice();
}

type BlindAnswer = Pick<AskResult, 'answer' | 'grounded' | 'citations' | 'optionShares' | 'usage'>;

const BLIND_RULES =
  'Answer a question about a video that you cannot see. Give the most likely answer in one short sentence.';

/** Puts the shares of the options shown into the set's order; the added option is left out. */
function toSetOrder(
  shares: readonly number[] | undefined,
  order: OptionOrder,
): readonly number[] | undefined {
  if (shares === undefined) return undefined;
  const sorted = new Array<number>(order.length).fill(0);
  order.forEach((index, place) => {
    sorted[index] = Math.round((shares[place] ?? 0) * 10_000) / 10_000;
  });
  return sorted;
}

/** Returns the option that an answer names or that is most likely, as an index in the set's order. */
function chooseOption({ options, settings }: ItemAsk, answer: BlindAnswer) {
  if (!options) return {};
  const { shown, order } = options;
  const { optionShares } = answer;
  const place =
    settings.likelihood && optionShares
      ? optionShares.indexOf(Math.max(...optionShares))
      : parseChoice(answer.answer, shown);
  const choice = place === undefined ? undefined : order[place];
  const shares = toSetOrder(optionShares, order);
  return { ...(choice === undefined ? {} : { choice }), ...(shares ? { optionShares: shares } : {}) };
}

/** Adds up what the answerer was asked for both wordings of a question. */
function addUsages(...usages: readonly (AskUsage | undefined)[]): AskUsage | undefined {
  const told = usages.filter((usage) => usage !== undefined);
  if (told.length === 0) return undefined;
  const sum = (member: keyof AskUsage) => told.reduce((total, usage) => total + (usage[member] ?? 0), 0);
  const usage = { calls: sum('calls'), tokensIn: sum('tokensIn'), tokensOut: sum('tokensOut') };
  return sum('untold') === 0 ? usage : { ...usage, untold: sum('untold') };
}

/** Returns what the daemon and this process, which asks a blind model itself, have spent so far. */
export async function readSpent(client: Client, signal: AbortSignal): Promise<SpentTime> {
  return addSpentTime(readSpentTime(), await client.request('goldfish/usage', {}, { signal }));
}

/** Asks an item and returns what was answered, cited and found, and how long it took. */
export async function askItem(
  set: IndexedSet,
  item: EvalItem,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<{ readonly prediction: AskedPrediction; readonly cost: ItemCost }> {
  const ask: ItemAsk = { set, item, settings, options: showOptions(item, settings), signal };
  const uris = set.blindModel ? [] : toScopeUris(ask);
  const search = createItemSearch(ask, uris);
  const spentBefore = await readSpent(set.client, signal);
  // Sets of moments have nothing to answer.
  const answerStart = performance.now();
  const { answer, paired } =
    item.task === 'moment'
      ? {}
      : set.blindModel
        ? await askBlind(ask, set.blindModel)
        : await askDaemon(ask, search, uris);
  const answerEnd = performance.now();
  const spentForAnswer = await readSpent(set.client, signal);
  const searchStart = performance.now();
  const found = set.blindModel
    ? { hits: [] }
    : await search(toEvidenceKinds(settings.use), countKeptHits(settings));
  const end = performance.now();
  const spentInAll = await readSpent(set.client, signal);
  const usage = addUsages(answer?.usage, paired?.usage);
  const hits = toHits(set, found);
  const chosen = answer ? chooseOption(ask, answer) : {};
  const confidence = chosen.optionShares ? Math.max(...chosen.optionShares) : hits[0]?.score;
  const { id, video, task, question, options, pairedQuestion, gold, labels } = item;
  return {
    prediction: {
      id,
      video,
      task,
      question,
      ...(options === undefined ? {} : { options }),
      ...(pairedQuestion === undefined ? {} : { pairedQuestion }),
      gold,
      labels,
      pred: answer?.answer ?? '',
      ...(paired === undefined ? {} : { pairedPred: paired.answer }),
      ...chosen,
      ...(confidence === undefined ? {} : { confidence }),
      citations: (answer?.citations ?? []).flatMap(rangeIn(set)),
      hits,
      abstained: answer !== undefined && !answer.grounded,
    },
    cost: {
      id,
      searchMs: Math.round(end - searchStart),
      answerMs: Math.round(answerEnd - answerStart),
      searchSpent: subtractSpentTime(spentInAll, spentForAnswer),
      answerSpent: subtractSpentTime(spentForAnswer, spentBefore),
      ...(usage ? { usage } : {}),
    },
  };
}
