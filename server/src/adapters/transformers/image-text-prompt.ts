import { type Processor, RawImage, type Tensor } from '@huggingface/transformers';
import type { PromptPart } from '../../core/generation/caption-prompt.ts';
import type { Picture } from '../../ports/decoder.ts';
import type { GenerateItem } from './inference-messages.ts';

/** How a model family combines pictures with text. */
type ModelFamily = 'idefics' | 'textFirst' | 'imagesFirst';

/** Maps each supported `model_type` (of config.json) to its family. */
const FAMILIES: Readonly<Record<string, ModelFamily>> = {
  smolvlm: 'idefics',
  idefics3: 'idefics',
  qwen2_vl: 'textFirst',
  qwen2_5_vl: 'textFirst',
  qwen3_vl: 'textFirst',
  gemma3: 'textFirst',
  lfm2_vl: 'imagesFirst',
  llava: 'imagesFirst',
  mistral3: 'imagesFirst',
};

/** Variable of chat templates: models that can think answer at once. Other templates do not know it. */
export const NO_THINKING = { enable_thinking: false } as const;

export const SUPPORTED_MODEL_TYPES = Object.keys(FAMILIES);

/** Inputs of generate(). */
export type ModelInputs = Readonly<Record<string, Tensor>>;

/** Makes a frame square with black bars, for models that would otherwise stretch it. */
export function toSquareImage({ width, height, data }: Picture): RawImage {
  if (width === height) return new RawImage(new Uint8ClampedArray(data), width, height, 3);
  const side = Math.max(width, height);
  const pixels = new Uint8ClampedArray(side * side * 3);
  const left = Math.floor((side - width) / 2);
  const top = Math.floor((side - height) / 2);
  for (let y = 0; y < height; y += 1) {
    pixels.set(data.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * side + left) * 3);
  }
  return new RawImage(pixels, side, side, 3);
}

function toImage({ width, height, data }: Picture): RawImage {
  return new RawImage(new Uint8ClampedArray(data), width, height, 3);
}

function chatText(processor: Processor, prompt: readonly PromptPart[]): string {
  const content = prompt.map((part) =>
    part.kind === 'frame' ? { type: 'image' } : { type: 'text', text: part.text },
  );
  // The declared type allows only plain text, but the templates of these models accept parts.
  const messages = [{ role: 'user', content }] as unknown as Parameters<Processor['apply_chat_template']>[0];
  const options = { add_generation_prompt: true, tokenize: false, ...NO_THINKING };
  const text = processor.apply_chat_template(messages, options);
  if (typeof text !== 'string') throw new Error('the chat template returned no text');
  return text;
}

/** Returns the pictures in the order in which the prompt refers to them. */
function toOrderedPictures({ pictures, prompt }: GenerateItem): readonly Picture[] {
  return prompt.flatMap((part) => (part.kind === 'frame' ? (pictures[part.frame] ?? []) : []));
}

/**
 * Returns why the model cannot process an item, or undefined. The library silently accepts one image mark
 * with two pictures.
 */
export function findRefusal({ pictures, prompt }: GenerateItem): string | undefined {
  const frameMarks = prompt.filter((part) => part.kind === 'frame').length;
  if (frameMarks !== pictures.length)
    return `the prompt refers to ${frameMarks} frames, but ${pictures.length} were supplied`;
  for (const { width, height, data } of pictures) {
    if (width < 1 || height < 1 || data.length !== width * height * 3) {
      return `a frame of ${width} x ${height} px has ${data.length} bytes`;
    }
  }
  return undefined;
}

/**
 * Keeps the library from enlarging frames first and then shrinking them to the tile: some configurations state
 * 2048 px for pictures that are split into tiles of 512 px, and frames are not split.
 */
function limitImageSize(images: object): void {
  const { size, max_image_size: tile } = images as {
    readonly size?: { readonly longest_edge?: number };
    readonly max_image_size?: { readonly longest_edge?: number };
  };
  const [edge, tileEdge] = [size?.longest_edge, tile?.longest_edge];
  if (edge !== undefined && tileEdge !== undefined && edge > tileEdge)
    Object.assign(images, { size: { ...size, longest_edge: tileEdge } });
}

const FRAME_COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const padTwo = (count: number): string => String(count).padStart(2, '0');

/**
 * Adds what a model that was trained on videos expects around its frames: how many there are, how long the video is, and
 * the time of each. Times count from the first frame.
 */
export function withFrameTimes({ pictures, prompt }: GenerateItem): readonly PromptPart[] {
  const timesMs = pictures.map(({ timeMs }) => timeMs);
  const [firstMs = 0] = timesMs;
  const toSeconds = (timeMs: number) => Math.max(0, Math.round((timeMs - firstMs) / 1000));
  const lastS = toSeconds(timesMs.at(-1) ?? 0);
  const clock = `${Math.floor(lastS / 3600)}:${padTwo(Math.floor(lastS / 60) % 60)}:${padTwo(lastS % 60)}`;
  const count = FRAME_COUNTS[pictures.length] ?? String(pictures.length);
  const intro = `You are provided the following series of ${count} frames from a ${clock} [H:MM:SS] video.\n`;
  const timed = prompt.flatMap((part): readonly PromptPart[] => {
    if (part.kind !== 'frame') return [part];
    const seconds = toSeconds(timesMs[part.frame] ?? 0);
    const time = `${padTwo(Math.floor(seconds / 60))}:${padTwo(seconds % 60)}`;
    return [{ kind: 'text', text: `\nFrame from ${time}:` }, part];
  });
  return [{ kind: 'text', text: intro }, ...timed];
}

/** Turns items into model inputs. Only `idefics` accepts items of unequal length in one batch. */
export interface InputPreparer {
  readonly batches: boolean;
  prepare(items: readonly GenerateItem[]): Promise<ModelInputs>;
}

export function createPreparer(modelType: string, processor: Processor): InputPreparer | undefined {
  const family = FAMILIES[modelType];
  const { tokenizer, image_processor: images } = processor;
  if (!family || !tokenizer || !images) return undefined;
  // A decoder continues on the right, so short prompts are padded on the left.
  tokenizer.padding_side = 'left';
  if (family !== 'idefics') {
    return {
      batches: false,
      async prepare([item]) {
        if (!item) throw new Error('nothing to prepare');
        const text = chatText(processor, item.prompt);
        const pictures = toOrderedPictures(item).map(toImage);
        if (pictures.length === 0) return tokenizer([text], { padding: true });
        return family === 'textFirst' ? processor(text, pictures) : processor(pictures, text);
      },
    };
  }
  limitImageSize(images);
  // Only models that were trained on videos say how they sample them.
  const readsVideos = 'video_sampling' in images.config;
  const { image_seq_len: length } = processor.config as { readonly image_seq_len?: number };
  const imageMark = '<image>';
  // Without splitting, each frame is one tile. The processor does this expansion too, but cannot pad.
  const tile = `<fake_token_around_image><global-img>${imageMark.repeat(length ?? 64)}<fake_token_around_image>`;
  return {
    batches: true,
    async prepare(items) {
      const texts = items.map((item) => {
        const isVideo = readsVideos && item.pictures.length > 1;
        const prompt = isVideo ? withFrameTimes(item) : item.prompt;
        return chatText(processor, prompt).replaceAll(imageMark, tile);
      });
      const tokens = tokenizer(texts, { padding: true }) as ModelInputs;
      const pictures = items.map((item) => toOrderedPictures(item).map(toSquareImage));
      if (pictures.every((itemPictures) => itemPictures.length === 0)) return tokens;
      const pixels = await images(pictures, { do_image_splitting: false });
      return {
        ...tokens,
        pixel_values: pixels.pixel_values,
        pixel_attention_mask: pixels.pixel_attention_mask,
      };
    },
  };
}
