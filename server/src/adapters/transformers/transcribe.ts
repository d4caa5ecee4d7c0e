import { type PreTrainedModel, Tensor } from '@huggingface/transformers';
import { containsNewHotWord, repeatsHotWords, toHotWordPrompt } from '../../core/corrections/hot-words.ts';
import { SPEECH_SAMPLE_RATE_HZ } from '../../core/media/voice-activity.ts';
import {
  type ChosenToken,
  chooseSpeechToken,
  findLoopStart,
  type SpeechTokenRules,
  type TokenSegment,
  toTokenSegments,
} from '../../core/recognition/speech-tokens.ts';
import type { TranscriptSegment } from '../../core/subtitles/clean-transcript.ts';
import type { TranscriberRequest } from '../../ports/transcriber.ts';
import type { TranscribeReply } from './inference-messages.ts';
import {
  computeLogitsAfter,
  type EncodedSound,
  encodeSound,
  type LoadedSpeechRecogniser,
} from './whisper-model.ts';

/** 30 s of speech contain no more tokens than this; a longer text is a repetition loop. */
const MAX_TOKENS = 220;
const MAX_SOUND_S = 30;
/** Tokens of hot words: the decoder has room for 448 in all. */
const MAX_PROMPT_TOKENS = 100;
/** Mean logarithm of the probability of a segment below which the model may have missed a name. */
const DOUBTFUL_LOG_PROBABILITY = -0.4;
/** A rest of the sound shorter than this, after the last word, is a pause, s. */
const MIN_REST_S = 1.5;
/** Encoding a rest again costs as much as a whole window. */
const MAX_PASSES = 3;
/** A detected language counts against a known one from this probability on. */
const CERTAIN_LANGUAGE_PROBABILITY = 0.9;
/** Logarithm of the probability of text that the model repeated in a loop. */
const LOOP_LOG_PROBABILITY = -10;

/** Length over which loudness is compared, samples: 100 ms. */
const LOUDNESS_SAMPLES = SPEECH_SAMPLE_RATE_HZ / 10;
/** A rest this many times quieter than the loudest part of the sound holds no words. */
const QUIET_FACTOR = 30;

/** Returns the loudness of the loudest 100 ms. */
function findPeakLoudness(samples: Float32Array): number {
  let peak = 0;
  for (let from = 0; from < samples.length; from += LOUDNESS_SAMPLES) {
    const part = samples.subarray(from, from + LOUDNESS_SAMPLES);
    peak = Math.max(peak, Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length));
  }
  return peak;
}

function logSumExp(logits: Float32Array): number {
  const maxLogit = logits.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY);
  return maxLogit + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - maxLogit), 0));
}

/** Returns the most likely language with its probability among languages, and the probability that nobody speaks. */
async function detectLanguage(loadedModel: LoadedSpeechRecogniser, encodedSound: EncodedSound) {
  const { start, languages, noSpeech } = loadedModel.tokens;
  const [logits] = await computeLogitsAfter(loadedModel, encodedSound, [start]);
  if (!logits) return { probability: 0 };
  const languageLogits = Float32Array.from(languages.values(), (id) => logits[id] ?? 0);
  const bestLogit = Math.max(...languageLogits);
  const language = [...languages.keys()][languageLogits.indexOf(bestLogit)];
  const probability = languages.size > 0 ? Math.exp(bestLogit - logSumExp(languageLogits)) : 0;
  const noSpeechProbability =
    noSpeech === undefined ? undefined : Math.exp((logits[noSpeech] ?? 0) - logSumExp(logits));
  return { language, probability, noSpeech: noSpeechProbability };
}

/** Keys and values of the decoder's attention after a step, by the names of the next step's inputs. */
type DecoderCache = Readonly<Record<string, Tensor>>;

/** Renames a step's outputs to inputs. Those of the encoder's output never change after the first step. */
function toNextCache(
  outputs: Readonly<Record<string, unknown>>,
  previous: DecoderCache | undefined,
): DecoderCache {
  const entries = Object.entries(outputs).flatMap(([name, tensor]): [string, Tensor][] => {
    if (!name.startsWith('present') || !(tensor instanceof Tensor)) return [];
    const inputName = name.replace('present', 'past_key_values');
    const kept = previous?.[inputName];
    if (kept && name.includes('encoder')) return [[inputName, kept]];
    // On an accelerator, tensors are freed only explicitly.
    if (kept?.location === 'gpu-buffer') kept.dispose();
    return [[inputName, tensor]];
  });
  return Object.fromEntries(entries);
}

/** Runs one step of the decoder and returns the logits after its last token, and the cache for the next step. */
async function runDecoder(
  model: PreTrainedModel,
  { features, encoded }: EncodedSound,
  tokenIds: readonly number[],
  cache: DecoderCache | undefined,
) {
  const output: unknown = await model.forward({
    input_features: features,
    encoder_outputs: encoded,
    decoder_input_ids: new Tensor('int64', BigInt64Array.from(tokenIds, BigInt), [1, tokenIds.length]),
    past_key_values: cache ?? null,
  });
  const outputs = output as Readonly<Record<string, unknown>>;
  const { logits } = outputs;
  if (!(logits instanceof Tensor)) throw new Error('the model returned no logits');
  const data = logits.type === 'float32' ? logits.data : logits.to('float32').data;
  if (!(data instanceof Float32Array)) throw new Error('the model returned no numbers');
  return {
    logits: data.subarray(data.length - data.length / tokenIds.length),
    cache: toNextCache(outputs, cache),
  };
}

interface DecodedSound {
  readonly tokens: readonly ChosenToken[];
  /** Number of tokens at the end that only repeat what is before. */
  readonly loopedCount: number;
}

/** Returns the ids of the hot words, as earlier text that the model reads; [] if it can read none. */
function toPromptIds(
  { processor, tokens: { previousText } }: LoadedSpeechRecogniser,
  hotWords: readonly string[],
): readonly number[] {
  const prompt = toHotWordPrompt(hotWords);
  const { tokenizer } = processor;
  if (previousText === undefined || prompt === '' || !tokenizer) return [];
  const ids = tokenizer.encode(` ${prompt}`, { add_special_tokens: false });
  return [previousText, ...ids.slice(0, MAX_PROMPT_TOKENS)];
}

/** Writes the tokens of an encoded sound greedily until the model ends, the text loops, or it is too long. */
async function decodeTokens(
  { model, tokens: { start, languages, transcribe, rules } }: LoadedSpeechRecogniser,
  encodedSound: EncodedSound,
  { language, promptIds }: { readonly language: string | undefined; readonly promptIds: readonly number[] },
  onToken: () => void,
  signal: AbortSignal,
): Promise<DecodedSound> {
  const languageToken = language === undefined ? undefined : languages.get(language);
  let nextIds: readonly number[] = [
    ...promptIds,
    start,
    languageToken,
    languageToken === undefined ? undefined : transcribe,
  ].filter((id) => id !== undefined);
  let cache: DecoderCache | undefined;
  const tokens: ChosenToken[] = [];
  const written: number[] = [];
  while (tokens.length < MAX_TOKENS) {
    signal.throwIfAborted();
    const step = await runDecoder(model, encodedSound, nextIds, cache);
    onToken();
    cache = step.cache;
    const token = chooseSpeechToken(step.logits, written, rules);
    if (token.id === rules.endToken) break;
    tokens.push(token);
    written.push(token.id);
    nextIds = [token.id];
    const loopStart = findLoopStart(written);
    if (loopStart !== undefined) {
      const closing = { id: rules.firstTimeToken + MAX_SOUND_S * 50, logProbability: 0 };
      return { tokens: [...tokens.slice(0, loopStart), closing], loopedCount: tokens.length - loopStart };
    }
  }
  for (const tensor of Object.values(cache ?? {})) if (tensor.location === 'gpu-buffer') tensor.dispose();
  return { tokens, loopedCount: 0 };
}

/** Returns the text of tokens, and the mean logarithm of their probabilities. */
function readText({ processor, tokens: { rules } }: LoadedSpeechRecogniser, tokens: readonly ChosenToken[]) {
  const textTokens = tokens.filter(({ id }) => id < rules.firstTimeToken);
  const sum = textTokens.reduce((total, { logProbability }) => total + logProbability, 0);
  const ids = textTokens.map(({ id }) => id);
  return {
    text: processor.decode(ids, { skip_special_tokens: true }),
    logProbability: sum / Math.max(1, ids.length),
  };
}

/**
 * Writes a text that the model is unsure of once more, after it has read the hot words. The second text counts only if
 * it has one of them that the first lacks, and the model is surer of it: the list makes it write longer segments, and
 * sometimes words that nobody says.
 */
async function decodeWithHotWords(
  loadedModel: LoadedSpeechRecogniser,
  first: DecodedSound,
  hotWords: readonly string[],
  decodeAgain: (promptIds: readonly number[]) => Promise<DecodedSound>,
): Promise<DecodedSound> {
  const promptIds = toPromptIds(loadedModel, hotWords);
  const { firstTimeToken } = loadedModel.tokens.rules;
  const segments = toTokenSegments(first.tokens, firstTimeToken, MAX_SOUND_S * 1000);
  const isDoubtful = segments.some(({ logProbability }) => logProbability < DOUBTFUL_LOG_PROBABILITY);
  if (promptIds.length === 0 || !isDoubtful) return first;
  const second = await decodeAgain(promptIds);
  const [before, after] = [first, second].map(({ tokens }) => readText(loadedModel, tokens));
  const isBetter =
    before !== undefined &&
    after !== undefined &&
    second.loopedCount === 0 &&
    after.logProbability > before.logProbability &&
    containsNewHotWord(after.text, before.text, hotWords) &&
    !repeatsHotWords(after.text, hotWords);
  return isBetter ? second : first;
}

/** Returns where the written text ends, s: nothing after it was transcribed. Undefined if it reaches the end. */
function findRest(
  { tokens }: DecodedSound,
  { firstTimeToken }: SpeechTokenRules,
  soundS: number,
): number | undefined {
  const lastTime = tokens.findLast(({ id }) => id >= firstTimeToken);
  if (!lastTime) return undefined;
  const endS = (lastTime.id - firstTimeToken) / 50;
  return endS > 0 && soundS - endS >= MIN_REST_S ? endS : undefined;
}

/** Drops text after the last timestamp of a text that was cut off: it is written again with the rest. */
function withoutCutTail(
  tokens: readonly ChosenToken[],
  { firstTimeToken }: SpeechTokenRules,
): readonly ChosenToken[] {
  const lastTime = tokens.findLastIndex(({ id }) => id >= firstTimeToken);
  return tokens.slice(0, lastTime + 1);
}

/**
 * Transcribes at most 30 s of sound greedily, without any earlier context. If the text ends before the sound, the
 * rest is transcribed too. Hot words are used where the model is unsure of what it hears. Calls `onToken` at each step.
 * An aborted signal stops it at the next token.
 */
export async function transcribeSamples(
  loadedModel: LoadedSpeechRecogniser,
  { samples, language: knownLanguage, hotWords = [] }: TranscriberRequest,
  onToken: () => void,
  signal: AbortSignal,
): Promise<TranscribeReply> {
  if (samples.length === 0 || samples.length > MAX_SOUND_S * SPEECH_SAMPLE_RATE_HZ) {
    return {
      refused: `it accepts up to ${MAX_SOUND_S} s of sound, not ${samples.length / SPEECH_SAMPLE_RATE_HZ} s`,
    };
  }
  const { rules, languages } = loadedModel.tokens;
  const segments: TranscriptSegment[] = [];
  let firstLanguage: string | undefined;
  let fromS = 0;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const rest = samples.subarray(Math.round(fromS * SPEECH_SAMPLE_RATE_HZ));
    const restS = rest.length / SPEECH_SAMPLE_RATE_HZ;
    const encodedSound = await encodeSound(loadedModel, rest);
    signal.throwIfAborted();
    const detectedLanguage = await detectLanguage(loadedModel, encodedSound);
    signal.throwIfAborted();
    const isCertain = detectedLanguage.probability >= CERTAIN_LANGUAGE_PROBABILITY;
    const isKnown = knownLanguage !== undefined && languages.has(knownLanguage) && !isCertain;
    const language = isKnown ? knownLanguage : detectedLanguage.language;
    firstLanguage ??= language;
    const decode = (promptIds: readonly number[]) =>
      decodeTokens(loadedModel, encodedSound, { language, promptIds }, onToken, signal);
    const decoded = await decodeWithHotWords(loadedModel, await decode([]), hotWords, decode);
    const isLast = decoded.loopedCount > 0 || pass === MAX_PASSES - 1;
    const nextS = isLast ? undefined : findRest(decoded, rules, restS);
    const tokens = nextS === undefined ? decoded.tokens : withoutCutTail(decoded.tokens, rules);
    const tokenSegments = toTokenSegments(tokens, rules.firstTimeToken, MAX_SOUND_S * 1000);
    segments.push(
      ...tokenSegments.map((segment, i) =>
        toSegment(loadedModel, segment, {
          fromMs: fromS * 1000,
          isLooped: decoded.loopedCount > 0 && i === tokenSegments.length - 1,
          noSpeech: detectedLanguage.noSpeech,
        }),
      ),
    );
    if (nextS === undefined) break;
    fromS += nextS;
    const nextSamples = samples.subarray(Math.round(fromS * SPEECH_SAMPLE_RATE_HZ));
    if (findPeakLoudness(nextSamples) * QUIET_FACTOR < findPeakLoudness(samples)) break;
  }
  return { segments, language: firstLanguage };
}

function toSegment(
  { processor }: LoadedSpeechRecogniser,
  { ids, startMs, endMs, logProbability }: TokenSegment,
  {
    fromMs,
    isLooped,
    noSpeech,
  }: { readonly fromMs: number; readonly isLooped: boolean; readonly noSpeech: number | undefined },
): TranscriptSegment {
  const times =
    startMs === undefined || endMs === undefined ? {} : { startMs: startMs + fromMs, endMs: endMs + fromMs };
  return {
    text: processor.decode([...ids], { skip_special_tokens: true }),
    ...times,
    logProbability: isLooped ? LOOP_LOG_PROBABILITY : logProbability,
    noSpeech,
  };
}
