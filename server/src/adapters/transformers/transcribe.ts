import {
  LogitsProcessor,
  LogitsProcessorList,
  type PreTrainedModel,
  Tensor,
} from '@huggingface/transformers';
import { SPEECH_SAMPLE_RATE_HZ } from '../../core/media/voice-activity.ts';
import type { TranscriptSegment } from '../../core/subtitles/clean-transcript.ts';
import { findEndTokens } from './image-text-generation.ts';
import type { TranscribeReply } from './inference-messages.ts';
import {
  computeLogitsAfter,
  type EncodedSound,
  encodeSound,
  type LoadedSpeechRecogniser,
  type SpeechTokens,
} from './whisper-model.ts';

/** 30 s of speech contain no more tokens than this; a longer text is a repetition loop. */
const MAX_TOKENS = 220;
/** Interval between two timestamp tokens, ms. */
const TIME_TOKEN_MS = 20;
const MAX_SOUND_S = 30;

function logSumExp(logits: Float32Array): number {
  const maxLogit = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  return maxLogit + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - maxLogit), 0));
}

/**
 * Records the model's raw logits of each step, before any rule suppresses tokens. Throws when the signal is
 * aborted, because the library accepts no stopping criteria for this kind of model.
 */
class LogitsRecorder extends LogitsProcessor {
  readonly steps: Float32Array[] = [];
  readonly #onToken: () => void;
  readonly #signal: AbortSignal;
  constructor(onToken: () => void, signal: AbortSignal) {
    super();
    this.#onToken = onToken;
    this.#signal = signal;
  }
  override _call(_ids: bigint[][], logits: Tensor): Tensor {
    this.#signal.throwIfAborted();
    this.#onToken();
    this.steps.push(Float32Array.from(logits.data as Float32Array));
    return logits;
  }
}

/** Returns the most likely language and the probability that nobody speaks. */
async function detectLanguage(loaded: LoadedSpeechRecogniser, encodedSound: EncodedSound) {
  const { start, languages, noSpeech } = loaded.tokens;
  const [logits] = await computeLogitsAfter(loaded, encodedSound, [start]);
  if (!logits) return {};
  let best: string | undefined;
  for (const [language, id] of languages) {
    if (best === undefined || (logits[id] ?? 0) > (logits[languages.get(best) ?? 0] ?? 0)) best = language;
  }
  const noSpeechProbability =
    noSpeech === undefined ? undefined : Math.exp((logits[noSpeech] ?? 0) - logSumExp(logits));
  return { language: best, noSpeech: noSpeechProbability };
}

/** Splits tokens into segments at timestamp tokens. Times in ms. */
function toSegments(
  tokens: readonly number[],
  logProbabilities: readonly number[],
  { firstTimeToken }: SpeechTokens,
  decode: (ids: readonly number[]) => string,
): readonly TranscriptSegment[] {
  const segments: TranscriptSegment[] = [];
  let startMs: number | undefined;
  let ids: number[] = [];
  let sum = 0;
  const closeSegment = (endMs: number | undefined) => {
    if (ids.length > 0) {
      const times = startMs === undefined || endMs === undefined ? {} : { startMs, endMs };
      segments.push({ text: decode(ids), ...times, logProbability: sum / ids.length });
    }
    ids = [];
    sum = 0;
  };
  tokens.forEach((id, i) => {
    if (id < firstTimeToken) {
      ids.push(id);
      sum += logProbabilities[i] ?? 0;
      return;
    }
    const timeMs = (id - firstTimeToken) * TIME_TOKEN_MS;
    closeSegment(timeMs);
    startMs = timeMs;
  });
  closeSegment(startMs === undefined ? undefined : MAX_SOUND_S * 1000);
  return segments;
}

/**
 * Transcribes at most 30 s of sound greedily, without any earlier context. Calls `onToken` at each step. An
 * aborted signal stops it at the next token.
 */
export async function transcribeSamples(
  loaded: LoadedSpeechRecogniser,
  samples: Float32Array,
  knownLanguage: string | undefined,
  onToken: () => void,
  signal: AbortSignal,
): Promise<TranscribeReply> {
  if (samples.length === 0 || samples.length > MAX_SOUND_S * SPEECH_SAMPLE_RATE_HZ) {
    return {
      refused: `it accepts up to ${MAX_SOUND_S} s of sound, not ${samples.length / SPEECH_SAMPLE_RATE_HZ} s`,
    };
  }
  const { model, processor, tokens: speechTokens } = loaded;
  const encodedSound = await encodeSound(loaded, samples);
  signal.throwIfAborted();
  const detected = await detectLanguage(loaded, encodedSound);
  signal.throwIfAborted();
  const language =
    knownLanguage !== undefined && speechTokens.languages.has(knownLanguage)
      ? knownLanguage
      : detected.language;
  const recorder = new LogitsRecorder(onToken, signal);
  const processors = new LogitsProcessorList();
  processors.push(recorder);
  const endTokens = findEndTokens(model);
  const output = await model.generate({
    inputs: encodedSound.features,
    encoder_outputs: encodedSound.encoded,
    ...(language === undefined ? {} : { language, task: 'transcribe' }),
    return_timestamps: true,
    // With a limit the library generates once, without its own loop over the sound.
    max_new_tokens: MAX_TOKENS,
    do_sample: false,
    logits_processor: processors,
  } as Parameters<PreTrainedModel['generate']>[0]);
  signal.throwIfAborted();
  if (!(output instanceof Tensor)) throw new Error('generate() returned no token ids');
  const [row = []] = output.tolist() as bigint[][];
  const newTokens = row.map(Number).slice(row.length - recorder.steps.length);
  const end = newTokens.findIndex((id) => endTokens.has(BigInt(id)));
  const tokens = end < 0 ? newTokens : newTokens.slice(0, end);
  const logProbabilities = tokens.map((id, i) => {
    const logits = recorder.steps[i];
    return logits ? (logits[id] ?? 0) - logSumExp(logits) : 0;
  });
  const decode = (ids: readonly number[]) => processor.decode([...ids], { skip_special_tokens: true });
  const segments = toSegments(tokens, logProbabilities, speechTokens, decode);
  return { segments: segments.map((segment) => ({ ...segment, noSpeech: detected.noSpeech })), language };
}
