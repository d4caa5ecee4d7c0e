import type { CaptionBudget } from '../../core/captionPrompt.ts';
import { UnavailableError } from '../../core/unavailable.ts';
import type { Captioner, CaptionReply, CaptionRequest, ModelHealth } from '../../ports/captioner.ts';
import type { Picture } from '../../ports/decoder.ts';
import { type ChatMessage, chat, type ImagePart } from './chat.ts';
import { type Endpoint, healthOf, RefusedError } from './endpoint.ts';

export interface EndpointModel extends Endpoint {
  readonly budget: CaptionBudget;
  /** Requests under way at a time. */
  readonly concurrency: number;
}

/** A picture as hosts take it: a JPEG in a data URL, colours not thinned out (small type, small frames). */
async function imagePart({ width, height, data }: Picture): Promise<ImagePart> {
  const { default: sharp } = await import('sharp');
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${jpeg.toString('base64')}` } };
}

function refused(why: string): CaptionReply {
  return {
    failure: {
      kind: 'unreadable',
      reason: `The model cannot take this clip: ${why}.`,
      remedy: 'Choose another model with `goldfish models use`, or let it take fewer frames.',
    },
  };
}

/** Frames and text in their order. */
async function messageOf({ pictures, prompt }: CaptionRequest): Promise<ChatMessage> {
  const content = await Promise.all(
    prompt.map(async (part) => {
      if (part.kind === 'text') return { type: 'text', text: part.text } as const;
      const picture = pictures[part.frame];
      if (!picture) throw new RefusedError(`frame ${part.frame} is missing`);
      return imagePart(picture);
    }),
  );
  return { role: 'user', content };
}

/** A vision-language model behind an OpenAI-compatible host. Frames and their speech leave for that host. */
export function openaiCaptioner(model: EndpointModel): Captioner {
  const closing = new AbortController();
  let loaded: ModelHealth | undefined;
  const one = async (request: CaptionRequest, signal: AbortSignal): Promise<CaptionReply> => {
    const marks = request.prompt.filter(({ kind }) => kind === 'frame').length;
    if (marks !== request.pictures.length) {
      return refused(`the prompt names ${marks} frames and ${request.pictures.length} came`);
    }
    try {
      const messages = [await messageOf(request)];
      // A caption is read whole, so a broken stream is simply asked for again.
      const again = () => undefined;
      return await chat(
        model,
        { messages, max_tokens: model.budget.tokens, temperature: 0 },
        signal,
        undefined,
        again,
      );
    } catch (error) {
      if (error instanceof RefusedError) return refused(error.message);
      throw error;
    }
  };
  const open = (signal: AbortSignal): AbortSignal => {
    if (closing.signal.aborted) throw closing.signal.reason;
    return AbortSignal.any([signal, closing.signal]);
  };
  return {
    name: model.model,
    revision: '',
    budget: model.budget,
    batch: model.concurrency,
    get loaded() {
      return loaded;
    },
    async caption(requests, given) {
      const stop = new AbortController();
      const signal = AbortSignal.any([open(given), stop.signal]);
      signal.throwIfAborted();
      const replies: CaptionReply[] = [];
      let next = 0;
      const lane = async () => {
        for (let at = next; at < requests.length; at = next) {
          next += 1;
          const request = requests[at];
          if (request) replies[at] = await one(request, signal);
        }
      };
      try {
        await Promise.all(Array.from({ length: Math.max(1, model.concurrency) }, lane));
      } finally {
        stop.abort();
      }
      return replies;
    },
    async look(request, tokens, onDelta, given) {
      try {
        const messages = [await messageOf(request)];
        const body = { messages, max_tokens: tokens, temperature: 0 };
        return (await chat(model, body, open(given), onDelta)).text;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        const remedy = 'Choose another model with `goldfish models use`, or let it take fewer frames.';
        throw new UnavailableError(error.message, remedy, { cause: error });
      }
    },
    async health(signal) {
      loaded = await healthOf(model, open(signal));
      return loaded;
    },
    async close() {
      closing.abort(new UnavailableError('The captioner is closed.', 'Ask again once the daemon runs.'));
    },
  };
}
