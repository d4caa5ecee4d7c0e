import {
  LogitsProcessor,
  LogitsProcessorList,
  type PreTrainedModel,
  Tensor,
} from '@huggingface/transformers';
import type { HeardSegment } from '../../core/transcript.ts';
import { SAMPLE_RATE } from '../../core/voiceGate.ts';
import { endsOf } from './generate.ts';
import type { ListenReply } from './messages.ts';
import { type Heard, hear, type LoadedSpeech, logitsAfter, type SpeechMarks } from './speech.ts';

/** 30 s of speech hold no more tokens; a longer text is a loop. */
const MOST_TOKENS = 220;
/** From one time mark to the next, ms. */
const MARK_MS = 20;
const LONGEST_S = 30;

function logSum(logits: Float32Array): number {
  const top = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  return top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
}

/**
 * Keeps the model's own logits of each step, before any rule forbids tokens, and ends the writing when it is no longer
 * wanted: the library takes no stopping criteria for this kind of model.
 */
class Witness extends LogitsProcessor {
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

/** The likeliest language, and how likely it is that nobody speaks. */
async function opening(loaded: LoadedSpeech, heard: Heard) {
  const { start, languages, noSpeech } = loaded.marks;
  const [logits] = await logitsAfter(loaded, heard, [start]);
  if (!logits) return {};
  let best: string | undefined;
  for (const [language, id] of languages) {
    if (best === undefined || (logits[id] ?? 0) > (logits[languages.get(best) ?? 0] ?? 0)) best = language;
  }
  const silent = noSpeech === undefined ? undefined : Math.exp((logits[noSpeech] ?? 0) - logSum(logits));
  return { language: best, noSpeech: silent };
}

/** Tokens between time marks, with their times, ms. */
function segmentsOf(
  tokens: readonly number[],
  certain: readonly number[],
  { firstTime }: SpeechMarks,
  decode: (ids: readonly number[]) => string,
): readonly HeardSegment[] {
  const segments: HeardSegment[] = [];
  let startMs: number | undefined;
  let ids: number[] = [];
  let sum = 0;
  const close = (endMs: number | undefined) => {
    if (ids.length > 0) {
      const times = startMs === undefined || endMs === undefined ? {} : { startMs, endMs };
      segments.push({ text: decode(ids), ...times, logProbability: sum / ids.length });
    }
    ids = [];
    sum = 0;
  };
  tokens.forEach((id, i) => {
    if (id < firstTime) {
      ids.push(id);
      sum += certain[i] ?? 0;
      return;
    }
    const timeMs = (id - firstTime) * MARK_MS;
    close(timeMs);
    startMs = timeMs;
  });
  close(startMs === undefined ? undefined : LONGEST_S * 1000);
  return segments;
}

/**
 * What is said in at most 30 s of sound, greedily and from that sound alone. `onToken` is called at each step; an
 * aborted signal ends the writing at the next token.
 */
export async function listen(
  loaded: LoadedSpeech,
  samples: Float32Array,
  known: string | undefined,
  onToken: () => void,
  signal: AbortSignal,
): Promise<ListenReply> {
  if (samples.length === 0 || samples.length > LONGEST_S * SAMPLE_RATE) {
    return { refused: `it takes up to ${LONGEST_S} s, not ${samples.length / SAMPLE_RATE} s` };
  }
  const { model, processor, marks } = loaded;
  const heard = await hear(loaded, samples);
  signal.throwIfAborted();
  const found = await opening(loaded, heard);
  signal.throwIfAborted();
  const language = known !== undefined && marks.languages.has(known) ? known : found.language;
  const witness = new Witness(onToken, signal);
  const processors = new LogitsProcessorList();
  processors.push(witness);
  const ends = endsOf(model);
  const written = await model.generate({
    inputs: heard.features,
    encoder_outputs: heard.encoded,
    ...(language === undefined ? {} : { language, task: 'transcribe' }),
    return_timestamps: true,
    // With a limit the library writes once, without a loop of its own over the sound.
    max_new_tokens: MOST_TOKENS,
    do_sample: false,
    logits_processor: processors,
  } as Parameters<PreTrainedModel['generate']>[0]);
  signal.throwIfAborted();
  if (!(written instanceof Tensor)) throw new Error('generate() gave no token ids');
  const [row = []] = written.tolist() as bigint[][];
  const fresh = row.map(Number).slice(row.length - witness.steps.length);
  const end = fresh.findIndex((id) => ends.has(BigInt(id)));
  const tokens = end < 0 ? fresh : fresh.slice(0, end);
  const certain = tokens.map((id, i) => {
    const logits = witness.steps[i];
    return logits ? (logits[id] ?? 0) - logSum(logits) : 0;
  });
  const decode = (ids: readonly number[]) => processor.decode([...ids], { skip_special_tokens: true });
  const segments = segmentsOf(tokens, certain, marks, decode);
  return { segments: segments.map((segment) => ({ ...segment, noSpeech: found.noSpeech })), language };
}
