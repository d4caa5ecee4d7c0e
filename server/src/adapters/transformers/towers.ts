import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
  SiglipTextModel,
  SiglipVisionModel,
  Tensor,
} from '@huggingface/transformers';
import type { Picture } from '../../ports/decoder.ts';
import { PROBE_TEXTS, unit } from './embedding.ts';
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
import { squared } from './prompt.ts';
import { longestOf, readTexts } from './reading.ts';
import { testPattern } from './self-test.ts';
import { UnusableError } from './unusable.ts';

/** A model with one tower for pictures and one for text. */
export interface LoadedTowers extends Disposable {
  readonly texts: PreTrainedModel;
  readonly pictures: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly processor: Processor;
  /** SigLIP was trained on texts filled up to its full length; CLIP wants no filling. */
  readonly padding: true | 'max_length';
  readonly longest: number;
}

const FAMILIES = {
  clip: { Texts: CLIPTextModelWithProjection, Pictures: CLIPVisionModelWithProjection, padding: true },
  siglip: { Texts: SiglipTextModel, Pictures: SiglipVisionModel, padding: 'max_length' },
} as const;
/** Pictures or texts in one run; more only fill the memory. */
const AT_ONCE = 16;

function familyOf(type: string) {
  if (type === 'clip' || type === 'siglip') return FAMILIES[type];
  throw new UnusableError(
    `A model of type ${type} cannot embed pictures and words here`,
    `Choose one of these types: ${Object.keys(FAMILIES).join(', ')}.`,
  );
}

async function loadOn(place: ModelPlace, device: string): Promise<LoadedTowers> {
  const { Texts, Pictures, padding } = familyOf(modelType(place.folder));
  const types = typesFor(place, device, ['text_model', 'vision_model']);
  const id = confine(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  const processor = await AutoProcessor.from_pretrained(id, { local_files_only: true });
  if (!processor.image_processor) {
    throw new UnusableError(`The processor of ${place.folder} takes no pictures`, PULL);
  }
  const options = graphOptions(place, device, types);
  const texts: PreTrainedModel = await Texts.from_pretrained(id, options);
  const pictures: PreTrainedModel = await Pictures.from_pretrained(id, options);
  const { text_config: config } = texts.config as { readonly text_config?: unknown };
  const own = config && typeof config === 'object' ? Reflect.get(config, 'max_position_embeddings') : 0;
  const longest = Math.min(longestOf(tokenizer, texts), Number(own) || (padding === true ? 77 : 64));
  const dispose = () => Promise.all([texts.dispose(), pictures.dispose()]);
  return { texts, pictures, tokenizer, processor, padding, longest, dispose };
}

/** Rows of what a tower gives, each of length 1. */
function rowsOf(out: unknown, names: readonly string[]): readonly Float32Array[] {
  const found = names
    .map((name): unknown => (typeof out === 'object' && out !== null ? Reflect.get(out, name) : undefined))
    .find((each) => each instanceof Tensor);
  if (!(found instanceof Tensor)) throw new UnusableError('The model gives no vectors', PULL);
  const [rows = 0, size = 0] = found.dims;
  const data = Float32Array.from(found.to('float32').data as Float32Array);
  return Array.from({ length: rows }, (_, i) => unit(data.slice(i * size, (i + 1) * size)));
}

async function runTexts(
  { texts, tokenizer, padding, longest }: LoadedTowers,
  some: readonly string[],
): Promise<readonly Float32Array[]> {
  const inputs = readTexts(tokenizer, some, { longest, padding });
  return rowsOf(await texts(inputs), ['text_embeds', 'pooler_output']);
}

/** Frames keep their shape and get black bars: cut to a square, a wide frame would lose what happens at its sides. */
async function runPictures(
  { pictures, processor }: LoadedTowers,
  some: readonly Picture[],
): Promise<readonly Float32Array[]> {
  const inputs = await processor.image_processor?.(some.map(squared));
  return rowsOf(await pictures({ pixel_values: inputs?.pixel_values }), ['image_embeds', 'pooler_output']);
}

/** Runs a list a few at a time. `onStep` is called after each run; an aborted signal ends it there. */
async function inRuns<Item>(
  all: readonly Item[],
  run: (some: readonly Item[]) => Promise<readonly Float32Array[]>,
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    signal.throwIfAborted();
    vectors.push(...(await run(all.slice(at, at + AT_ONCE))));
    onStep();
  }
  return vectors;
}

/** One vector of length 1 a text, in order. */
export function embedWords(
  loaded: LoadedTowers,
  texts: readonly string[],
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  return inRuns(texts, (some) => runTexts(loaded, some), onStep, signal);
}

/** One vector of length 1 a picture, in order. */
export function embedPictures(
  loaded: LoadedTowers,
  pictures: readonly Picture[],
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  return inRuns(pictures, (some) => runPictures(loaded, some), onStep, signal);
}

async function probe(loaded: LoadedTowers): Promise<readonly Probe[]> {
  const [first, second] = await runTexts(loaded, PROBE_TEXTS);
  const [one, other] = await runPictures(loaded, [testPattern(1), testPattern(2)]);
  if (!first || !second || !one || !other) throw new Error('the model gave no vectors');
  return [
    [first, second],
    [one, other],
  ];
}

/** CLIP and SigLIP. */
export const TOWERS: Kind<LoadedTowers> = { loadOn, probe };
