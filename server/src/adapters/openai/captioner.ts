import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { CaptionBudget } from '../../core/generation/caption-prompt.ts';
import type { Captioner, CaptionReply, CaptionRequest, ModelHealth } from '../../ports/captioner.ts';
import type { Picture } from '../../ports/decoder.ts';
import { type ImagePart, type OpenAiChatMessage, requestChat } from './chat.ts';
import { checkHealth, type OpenAiEndpoint, RequestRefusedError } from './endpoint.ts';

export interface OpenAiCaptionerOptions extends OpenAiEndpoint {
  readonly budget: CaptionBudget;
  /** Maximum number of concurrent requests. */
  readonly concurrency: number;
}

/**
 * Encodes a picture as a JPEG data URL. Chroma is not subsampled, because frames are small and so is their
 * text.
 */
async function toImagePart({ width, height, data }: Picture): Promise<ImagePart> {
  const { default: sharp } = await import('sharp');
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${jpeg.toString('base64')}` } };
}

function toRefusedReply(reason: string): CaptionReply {
  return {
    failure: {
      kind: 'unreadable',
      reason: `The model cannot process this clip: ${reason}.`,
      remedy: 'Choose another model with `goldfish models use`, or set models.frames to fewer frames.',
    },
  };
}

/** Builds a message with frames and text in the prompt's order. */
async function toChatMessage({ pictures, prompt }: CaptionRequest): Promise<OpenAiChatMessage> {
  const content = await Promise.all(
    prompt.map(async (part) => {
      if (part.kind === 'text') return { type: 'text', text: part.text } as const;
      const picture = pictures[part.frame];
      if (!picture) throw new RequestRefusedError(`frame ${part.frame} is missing`);
      return toImagePart(picture);
    }),
  );
  return { role: 'user', content };
}

/** Creates a captioner on an OpenAI-compatible server. Frames and their speech are sent there. */
export function createOpenAiCaptioner(model: OpenAiCaptionerOptions): Captioner {
  const closeController = new AbortController();
  let loadedHealth: ModelHealth | undefined;
  const captionOne = async (request: CaptionRequest, signal: AbortSignal): Promise<CaptionReply> => {
    const frameMarks = request.prompt.filter(({ kind }) => kind === 'frame').length;
    if (frameMarks !== request.pictures.length) {
      return toRefusedReply(
        `the prompt refers to ${frameMarks} frames, but ${request.pictures.length} were supplied`,
      );
    }
    try {
      const messages = [await toChatMessage(request)];
      // Captions are read as a whole, so a broken stream can simply be requested again.
      const restart = () => undefined;
      const { text, complete } = await requestChat(
        model,
        { messages, max_tokens: model.budget.tokens, temperature: 0 },
        signal,
        undefined,
        restart,
      );
      return { text, complete };
    } catch (error) {
      if (error instanceof RequestRefusedError) return toRefusedReply(error.message);
      throw error;
    }
  };
  const withCloseSignal = (signal: AbortSignal): AbortSignal => {
    if (closeController.signal.aborted) throw closeController.signal.reason;
    return AbortSignal.any([signal, closeController.signal]);
  };
  return {
    name: model.model,
    revision: '',
    budget: model.budget,
    batch: model.concurrency,
    get loaded() {
      return loadedHealth;
    },
    async caption(requests, callerSignal) {
      const siblingAbort = new AbortController();
      const signal = AbortSignal.any([withCloseSignal(callerSignal), siblingAbort.signal]);
      signal.throwIfAborted();
      const replies: CaptionReply[] = [];
      let next = 0;
      const runWorker = async () => {
        for (let index = next; index < requests.length; index = next) {
          next += 1;
          const request = requests[index];
          if (request) replies[index] = await captionOne(request, signal);
        }
      };
      try {
        await Promise.all(Array.from({ length: Math.max(1, model.concurrency) }, runWorker));
      } finally {
        siblingAbort.abort();
      }
      return replies;
    },
    async inspect(request, tokens, onDelta, callerSignal) {
      try {
        const messages = [await toChatMessage(request)];
        const body = { messages, max_tokens: tokens, temperature: 0 };
        return (await requestChat(model, body, withCloseSignal(callerSignal), onDelta)).text;
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        const remedy =
          'Choose another model with `goldfish models use`, or set models.frames to fewer frames.';
        throw new ModelUnavailableError(error.message, remedy, { cause: error });
      }
    },
    async health(signal) {
      loadedHealth = await checkHealth(model, withCloseSignal(signal));
      return loadedHealth;
    },
    async close() {
      closeController.abort(
        new ModelUnavailableError('The captioner has been closed.', 'Try again when the daemon is running.'),
      );
    },
  };
}
