import {
  AutoModelForSpeechSeq2Seq,
  AutoProcessor,
  type PreTrainedModel,
  type Processor,
  Tensor,
} from '@huggingface/transformers';
import { SPEECH_SAMPLE_RATE_HZ } from '../../core/media/voice-activity.ts';
import type { ModelPlace } from './inference-messages.ts';
import {
  PULL_REMEDY,
  readModelType,
  requirePrecisions,
  restrictToFolder,
  toGraphOptions,
} from './load-model.ts';
import type { Disposable, ModelLoader, ProbeOutputs } from './loaded-model.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

export interface LoadedSpeechRecogniser extends Disposable {
  readonly model: PreTrainedModel;
  readonly processor: Processor;
  readonly tokens: SpeechTokens;
}

/** Token ids that steer a Whisper model. */
export interface SpeechTokens {
  readonly start: number;
  /** Token of each language, by its ISO 639 code; empty for a model of one language. */
  readonly languages: ReadonlyMap<string, number>;
  readonly transcribe: number | undefined;
  readonly noSpeech: number | undefined;
  /** The first time mark, 0 s; each next one is 20 ms later. */
  readonly firstTimeToken: number;
}

const SPEECH_GRAPHS = ['encoder_model', 'decoder_model_merged'] as const;

function findSpeechTokens(model: PreTrainedModel, processor: Processor): SpeechTokens | undefined {
  // The declared type knows what all models have; these are Whisper's.
  const config = model.generation_config as unknown as {
    readonly decoder_start_token_id?: number;
    readonly no_timestamps_token_id?: number;
    readonly lang_to_id?: Readonly<Record<string, number>>;
    readonly task_to_id?: Readonly<Record<string, number>>;
  } | null;
  const { tokenizer } = processor;
  const start = config?.decoder_start_token_id;
  const noTimestampsToken = config?.no_timestamps_token_id;
  if (!tokenizer || start === undefined || noTimestampsToken === undefined) return undefined;
  const languages = Object.entries(config?.lang_to_id ?? {}).map(
    ([token, id]) => [token.replace(/[<|>]/g, ''), id] as const,
  );
  const noSpeechIds: unknown = ['<|nospeech|>', '<|nocaptions|>'].map((token) =>
    tokenizer.convert_tokens_to_ids(token),
  );
  const noSpeech = Array.isArray(noSpeechIds) ? noSpeechIds.find((id) => typeof id === 'number') : undefined;
  return {
    start,
    languages: new Map(languages),
    transcribe: config?.task_to_id?.transcribe,
    noSpeech,
    firstTimeToken: noTimestampsToken + 1,
  };
}

async function loadOn(place: ModelPlace, device: string): Promise<LoadedSpeechRecogniser> {
  const type = readModelType(place.folder);
  if (type !== 'whisper') {
    throw new UnsupportedModelError(
      `A model of type ${type} cannot transcribe here`,
      'Choose a model of type whisper.',
    );
  }
  const precisions = requirePrecisions(place, device, SPEECH_GRAPHS);
  const id = restrictToFolder(place.folder);
  const processor = await AutoProcessor.from_pretrained(id, { local_files_only: true });
  const model = await AutoModelForSpeechSeq2Seq.from_pretrained(
    id,
    toGraphOptions(place, device, precisions),
  );
  // The library would hear a sound anew for each thing that is asked of it.
  model.forward_params.push('encoder_outputs');
  const speechTokens = findSpeechTokens(model, processor);
  if (!speechTokens)
    throw new UnsupportedModelError(
      `The generation_config.json of ${place.folder} is not Whisper's`,
      PULL_REMEDY,
    );
  return { model, processor, tokens: speechTokens, dispose: () => model.dispose() };
}

/** A graph as the library runs it. */
interface Session {
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Tensor['ort_tensor']>>>;
}

/** What the model hears of a sound. */
export interface EncodedSound {
  /** Its spectrum over time. */
  readonly features: Tensor;
  /** What the encoder makes of it. */
  readonly encoded: Tensor;
}

/** Runs the encoder, by far the longest single step, once for all that is asked of a sound. */
export async function encodeSound(
  { model, processor }: LoadedSpeechRecogniser,
  samples: Float32Array,
): Promise<EncodedSound> {
  const { input_features: features } = await processor(samples);
  const encoder: Session = model.sessions.model;
  const { last_hidden_state: state } = await encoder.run({ input_features: features.ort_tensor });
  if (!state) throw new Error('the encoder gave nothing');
  return { features, encoded: new Tensor(state) };
}

/** Logits after each of the given tokens, of a sound that was heard; one row a token. */
export async function computeLogitsAfter(
  { model }: LoadedSpeechRecogniser,
  { features, encoded }: EncodedSound,
  tokenIds: readonly number[],
): Promise<readonly Float32Array[]> {
  const ids = new Tensor('int64', BigInt64Array.from(tokenIds, BigInt), [1, tokenIds.length]);
  const output: unknown = await model.forward({
    input_features: features,
    encoder_outputs: encoded,
    decoder_input_ids: ids,
  });
  const allLogits = output && typeof output === 'object' && 'logits' in output ? output.logits : undefined;
  if (!(allLogits instanceof Tensor)) throw new Error('the model gave no logits');
  const data = Float32Array.from(allLogits.to('float32').data as Float32Array);
  const size = data.length / tokenIds.length;
  return tokenIds.map((_, i) => data.subarray(i * size, (i + 1) * size));
}

/** Two sounds that no model may take for the same: a rising and a falling whistle. */
async function probe(loaded: LoadedSpeechRecogniser): Promise<readonly ProbeOutputs[]> {
  const createSweep = (from: number, to: number) =>
    Float32Array.from({ length: 4 * SPEECH_SAMPLE_RATE_HZ }, (_, i) => {
      const time = i / SPEECH_SAMPLE_RATE_HZ;
      return 0.4 * Math.sin(2 * Math.PI * (from + ((to - from) * time) / 8) * time);
    });
  // Over 32 tokens: fused attention went wrong from there on in drivers that were tried.
  const probeTokens = [loaded.tokens.start, ...Array.from({ length: 40 }, (_, i) => i + 1)];
  const collectLogits = async (samples: Float32Array) => {
    const rows = await computeLogitsAfter(loaded, await encodeSound(loaded, samples), probeTokens);
    const [first] = rows;
    const joined = new Float32Array(rows.length * (first?.length ?? 0));
    for (const [i, row] of rows.entries()) joined.set(row, i * row.length);
    return joined;
  };
  return [[await collectLogits(createSweep(300, 2000)), await collectLogits(createSweep(2000, 300))]];
}

/** Speech recognisers of Whisper's layout. */
export const SPEECH_LOADER: ModelLoader<LoadedSpeechRecogniser> = { loadOn, runProbe: probe };
