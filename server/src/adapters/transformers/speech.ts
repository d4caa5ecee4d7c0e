import {
  AutoModelForSpeechSeq2Seq,
  AutoProcessor,
  type PreTrainedModel,
  type Processor,
  Tensor,
} from '@huggingface/transformers';
import { SAMPLE_RATE } from '../../core/voiceGate.ts';
import {
  confine,
  type Disposable,
  graphOptions,
  type Kind,
  modelType,
  type Probe,
  PULL,
  typesFor,
} from './load.ts';
import type { ModelPlace } from './messages.ts';
import { UnusableError } from './unusable.ts';

export interface LoadedSpeech extends Disposable {
  readonly model: PreTrainedModel;
  readonly processor: Processor;
  readonly marks: SpeechMarks;
}

/** Token ids that steer a Whisper model. */
export interface SpeechMarks {
  readonly start: number;
  /** Token of each language, by its ISO 639 code; empty for a model of one language. */
  readonly languages: ReadonlyMap<string, number>;
  readonly transcribe: number | undefined;
  readonly noSpeech: number | undefined;
  /** The first time mark, 0 s; each next one is 20 ms later. */
  readonly firstTime: number;
}

const GRAPHS = ['encoder_model', 'decoder_model_merged'] as const;

function marksOf(model: PreTrainedModel, processor: Processor): SpeechMarks | undefined {
  // The declared type knows what all models have; these are Whisper's.
  const config = model.generation_config as unknown as {
    readonly decoder_start_token_id?: number;
    readonly no_timestamps_token_id?: number;
    readonly lang_to_id?: Readonly<Record<string, number>>;
    readonly task_to_id?: Readonly<Record<string, number>>;
  } | null;
  const { tokenizer } = processor;
  const start = config?.decoder_start_token_id;
  const noTimes = config?.no_timestamps_token_id;
  if (!tokenizer || start === undefined || noTimes === undefined) return undefined;
  const languages = Object.entries(config?.lang_to_id ?? {}).map(
    ([mark, id]) => [mark.replace(/[<|>]/g, ''), id] as const,
  );
  const known: unknown = ['<|nospeech|>', '<|nocaptions|>'].map((mark) =>
    tokenizer.convert_tokens_to_ids(mark),
  );
  const noSpeech = Array.isArray(known) ? known.find((id) => typeof id === 'number') : undefined;
  return {
    start,
    languages: new Map(languages),
    transcribe: config?.task_to_id?.transcribe,
    noSpeech,
    firstTime: noTimes + 1,
  };
}

async function loadOn(place: ModelPlace, device: string): Promise<LoadedSpeech> {
  const type = modelType(place.folder);
  if (type !== 'whisper') {
    throw new UnusableError(
      `A model of type ${type} cannot transcribe here`,
      'Choose a model of type whisper.',
    );
  }
  const types = typesFor(place, device, GRAPHS);
  const id = confine(place.folder);
  const processor = await AutoProcessor.from_pretrained(id, { local_files_only: true });
  const model = await AutoModelForSpeechSeq2Seq.from_pretrained(id, graphOptions(place, device, types));
  // The library would hear a sound anew for each thing that is asked of it.
  model.forward_params.push('encoder_outputs');
  const marks = marksOf(model, processor);
  if (!marks) throw new UnusableError(`The generation_config.json of ${place.folder} is not Whisper's`, PULL);
  return { model, processor, marks, dispose: () => model.dispose() };
}

/** A graph as the library runs it. */
interface Session {
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Tensor['ort_tensor']>>>;
}

/** What the model hears of a sound. */
export interface Heard {
  /** Its spectrum over time. */
  readonly features: Tensor;
  /** What the encoder makes of it. */
  readonly encoded: Tensor;
}

/** Runs the encoder, by far the longest single step, once for all that is asked of a sound. */
export async function hear({ model, processor }: LoadedSpeech, samples: Float32Array): Promise<Heard> {
  const { input_features: features } = await processor(samples);
  const encoder: Session = model.sessions.model;
  const { last_hidden_state: state } = await encoder.run({ input_features: features.ort_tensor });
  if (!state) throw new Error('the encoder gave nothing');
  return { features, encoded: new Tensor(state) };
}

/** Logits after each of the given tokens, of a sound that was heard; one row a token. */
export async function logitsAfter(
  { model }: LoadedSpeech,
  { features, encoded }: Heard,
  tokens: readonly number[],
): Promise<readonly Float32Array[]> {
  const ids = new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]);
  const out: unknown = await model.forward({
    input_features: features,
    encoder_outputs: encoded,
    decoder_input_ids: ids,
  });
  const all = out && typeof out === 'object' && 'logits' in out ? out.logits : undefined;
  if (!(all instanceof Tensor)) throw new Error('the model gave no logits');
  const data = Float32Array.from(all.to('float32').data as Float32Array);
  const size = data.length / tokens.length;
  return tokens.map((_, i) => data.subarray(i * size, (i + 1) * size));
}

/** Two sounds that no model may take for the same: a rising and a falling whistle. */
async function probe(loaded: LoadedSpeech): Promise<readonly Probe[]> {
  const sweep = (from: number, to: number) =>
    Float32Array.from({ length: 4 * SAMPLE_RATE }, (_, i) => {
      const time = i / SAMPLE_RATE;
      return 0.4 * Math.sin(2 * Math.PI * (from + ((to - from) * time) / 8) * time);
    });
  // Over 32 tokens: fused attention went wrong from there on in drivers that were tried.
  const tokens = [loaded.marks.start, ...Array.from({ length: 40 }, (_, i) => i + 1)];
  const all = async (samples: Float32Array) => {
    const rows = await logitsAfter(loaded, await hear(loaded, samples), tokens);
    const [first] = rows;
    const joined = new Float32Array(rows.length * (first?.length ?? 0));
    for (const [i, row] of rows.entries()) joined.set(row, i * row.length);
    return joined;
  };
  return [[await all(sweep(300, 2000)), await all(sweep(2000, 300))]];
}

/** Speech recognisers of Whisper's layout. */
export const SPEECH: Kind<LoadedSpeech> = { loadOn, probe };
