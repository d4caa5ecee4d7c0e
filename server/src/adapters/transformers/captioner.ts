import { ChildError } from '../../base/child-error.ts';
import type { MediaFailure } from '../../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { CaptionBudget } from '../../core/generation/caption-prompt.ts';
import type { AnswerStyle } from '../../core/models/answer-style.ts';
import type { Answerer } from '../../ports/answerer.ts';
import type { Captioner, CaptionReply, CaptionRequest } from '../../ports/captioner.ts';
import { type AnswerLimits, createHostAnswerer } from './answerer.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';
import type { GenerateReply } from './inference-messages.ts';

/** Remedy for a failed question about pictures. */
const VISION_REMEDY = 'Ask again, or choose another model with `goldfish models use`.';

export interface LocalCaptionerModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  readonly revision: string;
  readonly budget: CaptionBudget;
  /** How the model is asked if it also writes answers. */
  readonly answerStyle: AnswerStyle;
  /** Time per clip measured on another machine, ms. */
  readonly clipMs?: number;
  /** Clips per batch on an accelerator. On a CPU, batching gains nothing. */
  readonly batch: number;
}

function toClipFailure(kind: 'crashed' | 'hung' | 'refused', reason: string): MediaFailure {
  const description = kind === 'hung' ? 'The model stopped responding' : 'The model crashed';
  return {
    kind: kind === 'hung' ? 'timedOut' : kind === 'crashed' ? 'crashed' : 'unreadable',
    reason:
      kind === 'refused'
        ? `The model cannot process this clip: ${reason}.`
        : `${description} on this clip: ${reason}`,
    remedy: 'Run `goldfish reindex` on the file, or choose another model with `goldfish models use`.',
  };
}

const toCaptionReply = (reply: GenerateReply): CaptionReply =>
  'refused' in reply ? { failure: toClipFailure('refused', reply.refused) } : reply;

export interface TransformersCaptioner extends Captioner {
  /** Returns an answerer that runs the same model in the same child process, without pictures. */
  answerer(limits: AnswerLimits): Answerer;
  /** Process id of the inference child; undefined while none runs. */
  readonly pid: number | undefined;
}

/**
 * Creates a captioner from a vision-language model in a local folder. ONNX Runtime runs it in a child
 * process. If the child crashes or hangs on a batch, each clip is retried separately, at most twice. A clip
 * that fails again gets a failure.
 */
export function createTransformersCaptioner(
  model: LocalCaptionerModel,
  options: InferenceHostOptions,
): TransformersCaptioner {
  const host = createInferenceHost(options);
  const { tokens } = model.budget;
  const captionBatch = async (items: readonly CaptionRequest[], signal: AbortSignal) =>
    (await host.call('generate', (place) => ({ place, items, tokens }), signal)).map(toCaptionReply);
  const captionAlone = async (item: CaptionRequest, signal: AbortSignal): Promise<CaptionReply> => {
    for (let attemptsLeft = 1; ; attemptsLeft -= 1) {
      try {
        const [reply] = await captionBatch([item], signal);
        return reply ?? { failure: toClipFailure('refused', 'it returned no text') };
      } catch (error) {
        if (!(error instanceof ChildError) || error.kind === 'start') throw error;
        if (attemptsLeft === 0) return { failure: toClipFailure(error.kind, error.message) };
      }
    }
  };
  return {
    name: model.id,
    revision: model.revision,
    budget: model.budget,
    clipMs: model.clipMs,
    get batch() {
      return host.loaded && host.loaded.device !== 'cpu' ? model.batch : 1;
    },
    async caption(requests, signal) {
      if (requests.length === 0) return [];
      try {
        return await captionBatch(requests, signal);
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        const replies: CaptionReply[] = [];
        for (const request of requests) replies.push(await captionAlone(request, signal));
        return replies;
      }
    },
    async inspect({ pictures, prompt }, maxTokens, onDelta, signal) {
      const params = { items: [{ pictures, prompt }], tokens: maxTokens, streams: true };
      const options = { urgent: true, onDelta };
      try {
        const [reply] = await host.call('generate', (place) => ({ place, ...params }), signal, options);
        if (!reply || 'refused' in reply)
          throw new ModelUnavailableError(reply?.refused ?? 'The model returned no text.', VISION_REMEDY);
        return reply.text;
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        throw new ModelUnavailableError(error.message, VISION_REMEDY, { cause: error });
      }
    },
    health: (signal) => host.call('load', (place) => place, signal),
    get loaded() {
      return host.loaded;
    },
    get pid() {
      return host.pid;
    },
    answerer: (limits) =>
      createHostAnswerer(model.id, { ...limits, style: model.answerStyle }, host, async () => undefined),
    close: () => host.close(),
  };
}
