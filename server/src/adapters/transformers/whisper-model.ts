import {
  AutoModelForSpeechSeq2Seq,
  type PreTrainedModel,
  type Processor,
  Tensor,
  WhisperProcessor,
} from '@huggingface/transformers';
import { SPEECH_SAMPLE_RATE_HZ } from '../../core/media/voice-activity.ts';
import type { SpeechTokenRules } from '../../core/recognition/speech-tokens.ts';
import { findEndTokens } from './image-text-generation.ts';
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

/** Ids of the tokens that control a Whisper model. */
export interface SpeechTokens {
  readonly start: number;
  /** Token of each language, by ISO 639 code. Empty for a model of a single language. */
  readonly languages: ReadonlyMap<string, number>;
  readonly transcribe: number | undefined;
  readonly noSpeech: number | undefined;
  /** Precedes text that the model reads before it writes. */
  readonly previousText: number | undefined;
  readonly rules: SpeechTokenRules;
}

/** Highest initial timestamp if the model states none, in steps of 20 ms: 1 s. */
const MAX_INITIAL_TIME_INDEX = 50;

const SPEECH_GRAPHS = ['encoder_model', 'decoder_model_merged'] as const;

/** Returns the ids that control a model. Throws UnsupportedModelError with the file that lacks one. */
function findSpeechTokens(model: PreTrainedModel, processor: Processor, folder: string): SpeechTokens {
  // The declared type has only what all models share; these properties are Whisper's.
  const config = model.generation_config as unknown as {
    readonly decoder_start_token_id?: number;
    readonly no_timestamps_token_id?: number;
    readonly lang_to_id?: Readonly<Record<string, number>>;
    readonly task_to_id?: Readonly<Record<string, number>>;
    readonly suppress_tokens?: readonly number[] | null;
    readonly max_initial_timestamp_index?: number | null;
  } | null;
  const { tokenizer } = processor;
  if (!tokenizer) throw new UnsupportedModelError(`There is no tokenizer in ${folder}`, PULL_REMEDY);
  const requireId = (name: string, id: number | undefined): number => {
    if (id !== undefined) return id;
    throw new UnsupportedModelError(`generation_config.json in ${folder} has no ${name}`, PULL_REMEDY);
  };
  const start = requireId('decoder_start_token_id', config?.decoder_start_token_id);
  const noTimestampsToken = requireId('no_timestamps_token_id', config?.no_timestamps_token_id);
  const endToken = requireId('eos_token_id', [...findEndTokens(model)].map(Number)[0]);
  const languages = Object.entries(config?.lang_to_id ?? {}).map(
    ([token, id]) => [token.replace(/[<|>]/g, ''), id] as const,
  );
  const findId = (...names: readonly string[]): number | undefined => {
    const ids: readonly unknown[] = names.map((token) => tokenizer.convert_tokens_to_ids(token));
    return ids.find((id) => typeof id === 'number');
  };
  return {
    start,
    languages: new Map(languages),
    transcribe: config?.task_to_id?.transcribe,
    noSpeech: findId('<|nospeech|>', '<|nocaptions|>'),
    previousText: findId('<|startofprev|>'),
    rules: {
      suppressed: new Set([...(config?.suppress_tokens ?? []), noTimestampsToken]),
      endToken,
      firstTimeToken: noTimestampsToken + 1,
      lastInitialTimeToken:
        noTimestampsToken + 1 + (config?.max_initial_timestamp_index ?? MAX_INITIAL_TIME_INDEX),
    },
  };
}

async function loadOn(place: ModelPlace, device: string): Promise<LoadedSpeechRecogniser> {
  const type = readModelType(place.folder);
  if (type !== 'whisper') {
    throw new UnsupportedModelError(
      `Goldfish does not support transcribers of type ${type}`,
      'Choose a model of type whisper.',
    );
  }
  const precisions = requirePrecisions(place, device, SPEECH_GRAPHS);
  const id = restrictToFolder(place.folder);
  // Not AutoProcessor: some copies of Whisper do not name their processor, and then it leaves the tokenizer out.
  const processor = await WhisperProcessor.from_pretrained(id, { local_files_only: true });
  const model = await AutoModelForSpeechSeq2Seq.from_pretrained(
    id,
    toGraphOptions(place, device, precisions),
  );
  // Otherwise the library would encode the sound again for each request.
  model.forward_params.push('encoder_outputs');
  const speechTokens = findSpeechTokens(model, processor, place.folder);
  return { model, processor, tokens: speechTokens, dispose: () => model.dispose() };
}

/** An ONNX session as the library runs it. */
interface Session {
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Tensor['ort_tensor']>>>;
}

/** A sound after preprocessing and encoding. */
export interface EncodedSound {
  /** Spectrogram. */
  readonly features: Tensor;
  /** Output of the encoder. */
  readonly encoded: Tensor;
}

/** Runs the encoder once for all requests about a sound. It is by far the longest step. */
export async function encodeSound(
  { model, processor }: LoadedSpeechRecogniser,
  samples: Float32Array,
): Promise<EncodedSound> {
  const { input_features: features } = await processor(samples);
  const encoder: Session = model.sessions.model;
  const { last_hidden_state: state } = await encoder.run({ input_features: features.ort_tensor });
  if (!state) throw new Error('the encoder returned no output');
  return { features, encoded: new Tensor(state) };
}

/** Computes the logits after each token for an encoded sound, one row for each token. */
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
  if (!(allLogits instanceof Tensor)) throw new Error('the model returned no logits');
  const data = Float32Array.from(allLogits.to('float32').data as Float32Array);
  const size = data.length / tokenIds.length;
  return tokenIds.map((_, i) => data.subarray(i * size, (i + 1) * size));
}

/** Compares a rising with a falling whistle, which no working model can confuse. */
async function probe(loadedModel: LoadedSpeechRecogniser): Promise<readonly ProbeOutputs[]> {
  const createSweep = (from: number, to: number) =>
    Float32Array.from({ length: 4 * SPEECH_SAMPLE_RATE_HZ }, (_, i) => {
      const time = i / SPEECH_SAMPLE_RATE_HZ;
      return 0.4 * Math.sin(2 * Math.PI * (from + ((to - from) * time) / 8) * time);
    });
  // Over 32 tokens: with some drivers, fused attention gave wrong results from there on.
  const probeTokens = [loadedModel.tokens.start, ...Array.from({ length: 40 }, (_, i) => i + 1)];
  const collectLogits = async (samples: Float32Array) => {
    const rows = await computeLogitsAfter(loadedModel, await encodeSound(loadedModel, samples), probeTokens);
    const [first] = rows;
    const joinedRows = new Float32Array(rows.length * (first?.length ?? 0));
    for (const [i, row] of rows.entries()) joinedRows.set(row, i * row.length);
    return joinedRows;
  };
  return [[await collectLogits(createSweep(300, 2000)), await collectLogits(createSweep(2000, 300))]];
}

/** Loads speech recognisers in Whisper's layout. */
export const SPEECH_LOADER: ModelLoader<LoadedSpeechRecogniser> = { loadOn, runProbe: probe };
