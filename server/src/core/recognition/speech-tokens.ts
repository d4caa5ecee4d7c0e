/** What a Whisper model may write, by token ids. */
export interface SpeechTokenRules {
  /** Ids that are never written. */
  readonly suppressed: ReadonlySet<number>;
  readonly endToken: number;
  /** First timestamp token, 0 s; each following one is 20 ms later. All ids from here on are timestamps. */
  readonly firstTimeToken: number;
  /** Last timestamp token that may come first. */
  readonly lastInitialTimeToken: number;
}

export interface ChosenToken {
  readonly id: number;
  /** Natural logarithm of the token's probability among all tokens. */
  readonly logProbability: number;
}

/** Which tokens may follow the tokens so far. */
interface AllowedTokens {
  readonly text: boolean;
  readonly end: boolean;
  /** First and last timestamp token; none if empty. */
  readonly times: readonly [first: number, last: number];
}

/**
 * Applies the grammar of timestamps: the first token is one, they enclose text in pairs, and they never go back.
 */
function findAllowedTokens(written: readonly number[], rules: SpeechTokenRules): AllowedTokens {
  const { firstTimeToken, lastInitialTimeToken } = rules;
  const isTime = (id: number | undefined) => id !== undefined && id >= firstTimeToken;
  if (written.length === 0) return { text: false, end: false, times: [firstTimeToken, lastInitialTimeToken] };
  const lastTime = written.findLast(isTime) ?? firstTimeToken;
  const lastIsTime = isTime(written.at(-1));
  const followsText = written.length > 1 && !isTime(written.at(-2));
  // After a closing timestamp comes the same or a later one, or the end.
  if (lastIsTime && followsText)
    return { text: false, end: true, times: [lastTime, Number.POSITIVE_INFINITY] };
  if (lastIsTime) return { text: true, end: true, times: [Number.POSITIVE_INFINITY, 0] };
  return { text: true, end: true, times: [lastTime + 1, Number.POSITIVE_INFINITY] };
}

/** A token that is this much less likely than the best one, in powers of e, adds nothing to a sum. */
const NEGLIGIBLE_LOGIT = 30;

/**
 * Chooses the next token greedily. A timestamp is written if all timestamps together are more likely than the
 * best other token.
 */
export function chooseSpeechToken(
  logits: Float32Array,
  written: readonly number[],
  rules: SpeechTokenRules,
): ChosenToken {
  const allowed = findAllowedTokens(written, rules);
  const { endToken, firstTimeToken, suppressed } = rules;
  let maxLogit = Number.NEGATIVE_INFINITY;
  // Plain loops, and no lookup for most ids: this runs over 52,000 ids at each token.
  for (let id = 0; id < logits.length; id += 1) {
    const logit = logits[id] ?? maxLogit;
    if (logit > maxLogit) maxLogit = logit;
  }
  const leastLogit = maxLogit - NEGLIGIBLE_LOGIT;
  let [sum, timeSum, bestText, bestTime] = [0, 0, -1, -1];
  let [textLogit, timeLogit] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let id = 0; id < firstTimeToken && id < logits.length; id += 1) {
    const logit = logits[id] ?? leastLogit;
    if (logit > leastLogit) sum += Math.exp(logit - maxLogit);
    if (logit <= textLogit || suppressed.has(id)) continue;
    if (id === endToken ? !allowed.end : !allowed.text) continue;
    [bestText, textLogit] = [id, logit];
  }
  for (let id = firstTimeToken; id < logits.length; id += 1) {
    const logit = logits[id] ?? leastLogit;
    const weight = logit > leastLogit ? Math.exp(logit - maxLogit) : 0;
    sum += weight;
    if (id < allowed.times[0] || id > allowed.times[1]) continue;
    timeSum += weight;
    if (logit > timeLogit) [bestTime, timeLogit] = [id, logit];
  }
  const textWeight = bestText < 0 ? 0 : Math.exp((logits[bestText] ?? 0) - maxLogit);
  const id = bestTime >= 0 && timeSum > textWeight ? bestTime : bestText >= 0 ? bestText : endToken;
  return { id, logProbability: (logits[id] ?? 0) - maxLogit - Math.log(sum) };
}

/** Maximum length of a repeated phrase, tokens. */
const MAX_LOOP_PHRASE = 10;
/** A phrase repeated this often in a row, over this many tokens, is a loop and not speech. */
const MIN_LOOP_REPETITIONS = 5;
const MIN_LOOP_TOKENS = 15;

/**
 * Returns where a phrase at the end of the tokens starts to repeat itself; undefined if it does not. The first
 * occurrence is not part of the loop.
 */
export function findLoopStart(tokens: readonly number[]): number | undefined {
  for (let length = 1; length <= MAX_LOOP_PHRASE; length += 1) {
    let start = tokens.length - length;
    while (start - 1 >= 0 && tokens[start - 1] === tokens[start - 1 + length]) start -= 1;
    const looped = tokens.length - start;
    if (looped >= length * MIN_LOOP_REPETITIONS && looped >= MIN_LOOP_TOKENS) return start + length;
  }
  return undefined;
}

export interface TokenSegment {
  readonly ids: readonly number[];
  /** Times from the start of the sound, ms; undefined if the model wrote none. */
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  /** Mean natural logarithm of the tokens' probabilities. */
  readonly logProbability: number;
}

/** Interval between two timestamp tokens, ms. */
const TIME_TOKEN_MS = 20;

/** Splits tokens at timestamps. A last segment without an end lasts until `soundMs`. */
export function toTokenSegments(
  tokens: readonly ChosenToken[],
  firstTimeToken: number,
  soundMs: number,
): readonly TokenSegment[] {
  const segments: TokenSegment[] = [];
  let startMs: number | undefined;
  let text: ChosenToken[] = [];
  const closeSegment = (endMs: number | undefined) => {
    const sum = text.reduce((total, { logProbability }) => total + logProbability, 0);
    if (text.length > 0)
      segments.push({
        ids: text.map(({ id }) => id),
        startMs,
        endMs: startMs === undefined ? undefined : endMs,
        logProbability: sum / text.length,
      });
    text = [];
  };
  for (const token of tokens) {
    if (token.id < firstTimeToken) {
      text.push(token);
      continue;
    }
    const timeMs = (token.id - firstTimeToken) * TIME_TOKEN_MS;
    closeSegment(timeMs);
    startMs = timeMs;
  }
  closeSegment(soundMs);
  return segments;
}
