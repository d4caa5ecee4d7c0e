import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../base/message-of.ts';
import { addSpentTime, readSpentTime, type SpentTime, subtractSpentTime } from '../../base/spent-time.ts';
import { type JudgeModel, JudgeRefusedError } from '../../ports/judge-model.ts';
import { digestOf } from '../digest.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvalPrediction } from '../item.ts';
import { JUDGE_PROMPT_VERSION, judgePrompt, type ParsedVerdict, parseVerdict } from './judge-prompt.ts';
import type { Verdict } from './verdict.ts';

/** Replies that are asked for one vote, malformed ones included. */
const MAX_REPLIES = 3;
/** Items in a row without a reply after which the host counts as gone. */
const MAX_SILENT_ITEMS = 5;
/** Estimated tokens of one verdict, for the budget. */
const TOKENS_IN = 330;
const TOKENS_OUT = 15;

/** What tokens cost, US dollars for a million. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

export interface JudgeOptions {
  readonly judge: JudgeModel;
  /** Verdicts of one item; the majority counts. */
  readonly votes: number;
  readonly price?: TokenPrice;
  /** US dollars. Judging stops before it is exceeded. */
  readonly budget?: number;
  /** Names under which the judge may answer besides its own. Undefined in place of a list: any. */
  readonly acceptedModels: readonly string[] | undefined;
  /** Verdicts of earlier calls by key. */
  readonly cache: ReadonlyMap<string, Verdict>;
  /** Receives each new verdict before the next is asked for. */
  readonly onVerdict: (key: string, verdict: Verdict) => void;
  readonly onProgress: (text: string) => void;
  /** First pause after a failure, ms; it doubles. */
  readonly backOffMs?: number;
  readonly signal: AbortSignal;
}

export interface JudgingCost {
  readonly calls: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly dollars: number;
  /** Answers that were sent; absent in older files, like the rest. */
  readonly items?: number;
  /** Wall time. */
  readonly seconds?: number;
  /** Processor and accelerator time of this machine. */
  readonly spent?: SpentTime;
}

/** Adds what an earlier call paid for the same verdicts. */
export function addJudgingCosts(earlier: JudgingCost | undefined, cost: JudgingCost): JudgingCost {
  if (!earlier) return cost;
  const spentOf = (each: JudgingCost) => each.spent ?? { processorMs: 0, acceleratorMs: 0 };
  return {
    calls: earlier.calls + cost.calls,
    tokensIn: earlier.tokensIn + cost.tokensIn,
    tokensOut: earlier.tokensOut + cost.tokensOut,
    dollars: earlier.dollars + cost.dollars,
    items: (earlier.items ?? earlier.calls) + (cost.items ?? 0),
    seconds: (earlier.seconds ?? 0) + (cost.seconds ?? 0),
    spent: addSpentTime(spentOf(earlier), spentOf(cost)),
  };
}

/** Returns the cost of judging items, estimated before any is sent. */
function estimateJudging(items: number, votes: number, price: TokenPrice | undefined): JudgingCost {
  const calls = items * votes;
  const [tokensIn, tokensOut] = [calls * TOKENS_IN, calls * TOKENS_OUT];
  return { calls, tokensIn, tokensOut, dollars: toDollars(tokensIn, tokensOut, price) };
}

const toDollars = (tokensIn: number, tokensOut: number, price: TokenPrice | undefined) =>
  price === undefined ? 0 : (tokensIn * price.input + tokensOut * price.output) / 1_000_000;

/** Returns the key of a verdict: judge, version of the prompt, question, gold answer and answer. */
function toVerdictKey(prediction: EvalPrediction, judge: string, votes: number): string {
  return digestOf({ judge, votes, version: JUDGE_PROMPT_VERSION, messages: judgePrompt(prediction) });
}

/** `gpt-x` answers as itself or as a dated version of itself; any other name is another judge. */
function isExpectedModel(
  wanted: string,
  replied: string | undefined,
  accepted: readonly string[] | undefined,
) {
  if (replied === undefined || accepted === undefined) return true;
  const isVersionOf = (name: string) => replied === name || /^[-@:]\d/.test(replied.slice(name.length));
  return [wanted, ...accepted].some((name) => replied.startsWith(name) && isVersionOf(name));
}

/** Counts calls and tokens. */
class CostCounter {
  calls = 0;
  tokensIn = 0;
  tokensOut = 0;
  add(tokensIn = TOKENS_IN, tokensOut = TOKENS_OUT): void {
    this.calls += 1;
    this.tokensIn += tokensIn;
    this.tokensOut += tokensOut;
  }
}

type Vote =
  | { readonly kind: 'verdict'; readonly verdict: ParsedVerdict; readonly model?: string }
  | {
      readonly kind: 'none';
      readonly outcome: 'unjudged' | 'refused';
      readonly reason: string;
      readonly silent: boolean;
    };

/** Asks for one vote, at most MAX_REPLIES times. Never throws but for an abort. */
async function castVote(
  prediction: EvalPrediction,
  vote: number,
  { judge, acceptedModels, signal, backOffMs = 1000 }: JudgeOptions,
  cost: CostCounter,
): Promise<Vote> {
  let reason = '';
  let silent = true;
  for (let attempt = 0; attempt < MAX_REPLIES; attempt += 1) {
    signal.throwIfAborted();
    try {
      const reply = await judge.reply(judgePrompt(prediction), vote + attempt, signal);
      cost.add(reply.tokensIn, reply.tokensOut);
      silent = false;
      if (!isExpectedModel(judge.name, reply.model, acceptedModels)) {
        const text = `the host answered as ${reply.model}, not as ${judge.name}`;
        return { kind: 'none', outcome: 'unjudged', reason: text, silent };
      }
      const verdict = parseVerdict(reply.text);
      if (verdict !== undefined) return { kind: 'verdict', verdict, model: reply.model };
      reason = 'the reply was no verdict';
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof JudgeRefusedError)
        return { kind: 'none', outcome: 'refused', reason: error.message, silent: false };
      reason = messageOf(error);
      // The adapter has retried already: a host that is gone is not asked again for this item.
      return { kind: 'none', outcome: 'unjudged', reason, silent: true };
    }
    await pause(backOffMs * 2 ** attempt, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  return { kind: 'none', outcome: 'unjudged', reason, silent };
}

/** Combines votes: the majority decides; its share is the agreement. A tie is no verdict. */
function combineVotes(id: string, votes: readonly Vote[]): Verdict {
  const verdicts = votes.flatMap((vote) => (vote.kind === 'verdict' ? [vote] : []));
  const [failure] = votes.flatMap((vote) => (vote.kind === 'none' ? [vote] : []));
  if (verdicts.length === 0)
    return { id, outcome: failure?.outcome ?? 'unjudged', reason: failure?.reason ?? 'no vote' };
  const yes = verdicts.filter(({ verdict }) => verdict.matches).length;
  const no = verdicts.length - yes;
  if (yes === no) return { id, outcome: 'unjudged', reason: 'the votes are equal' };
  const matches = yes > no;
  const agreeing = verdicts.filter(({ verdict }) => verdict.matches === matches);
  const score = agreeing.reduce((sum, { verdict }) => sum + verdict.score, 0) / agreeing.length;
  return {
    id,
    outcome: 'judged',
    matches,
    score,
    ...(votes.length > 1 ? { agreement: agreeing.length / verdicts.length } : {}),
    ...(verdicts[0]?.model === undefined ? {} : { judgedBy: verdicts[0].model }),
  };
}

/**
 * Judges answers one by one. Empty answers and abstentions are wrong without a call. Each item costs at most `votes`
 * times MAX_REPLIES calls; what then has no verdict stays unjudged. Throws EvaluationError if the estimate exceeds the
 * budget.
 */
export async function judgeAnswers(
  predictions: readonly EvalPrediction[],
  options: JudgeOptions,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly cost: JudgingCost }> {
  const { judge, votes, price, budget, cache, onVerdict, onProgress } = options;
  const needsCall = (prediction: EvalPrediction) =>
    prediction.pred !== '' &&
    !prediction.abstained &&
    !cache.has(toVerdictKey(prediction, judge.name, votes));
  const toJudge = predictions.filter(needsCall).length;
  const estimate = estimateJudging(toJudge, votes, price);
  if (budget !== undefined && estimate.dollars > budget)
    throw new EvaluationError(
      `Judging ${toJudge} answers costs about $${estimate.dollars.toFixed(2)}, more than the budget of $${budget}.`,
      'Raise --budget, or judge fewer items with "eval run --limit".',
    );
  const cost = new CostCounter();
  const start = { ms: performance.now(), spent: readSpentTime() };
  let items = 0;
  const verdicts: Verdict[] = [];
  let silentItems = 0;
  for (const [i, prediction] of predictions.entries()) {
    const { id } = prediction;
    const key = toVerdictKey(prediction, judge.name, votes);
    const known = cache.get(key);
    if (known !== undefined) verdicts.push({ ...known, id });
    else if (prediction.pred === '') verdicts.push({ id, outcome: 'empty', matches: false, score: 0 });
    else if (prediction.abstained) verdicts.push({ id, outcome: 'abstained', matches: false, score: 0 });
    else if (silentItems >= MAX_SILENT_ITEMS)
      verdicts.push({ id, outcome: 'unjudged', reason: 'the judge stopped answering' });
    else if (budget !== undefined && toDollars(cost.tokensIn, cost.tokensOut, price) >= budget)
      verdicts.push({ id, outcome: 'unjudged', reason: 'the budget is spent' });
    else {
      onProgress(`judging ${i + 1} of ${predictions.length}`);
      items += 1;
      const cast: Vote[] = [];
      for (let vote = 0; vote < votes; vote += 1)
        cast.push(await castVote(prediction, vote * MAX_REPLIES, options, cost));
      const verdict = combineVotes(id, cast);
      silentItems = cast.every((vote) => vote.kind === 'none' && vote.silent) ? silentItems + 1 : 0;
      verdicts.push(verdict);
      // A failure is not kept: the next call tries it again.
      if (verdict.outcome === 'judged' || verdict.outcome === 'refused') onVerdict(key, verdict);
    }
  }
  const { calls, tokensIn, tokensOut } = cost;
  return {
    verdicts,
    cost: {
      calls,
      tokensIn,
      tokensOut,
      dollars: toDollars(tokensIn, tokensOut, price),
      items,
      seconds: (performance.now() - start.ms) / 1000,
      spent: subtractSpentTime(readSpentTime(), start.spent),
    },
  };
}
