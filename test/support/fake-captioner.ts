import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { Captioner, CaptionReply, CaptionRequest } from '../../server/src/ports/captioner.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import { TINY } from './tiny-scenes.ts';

function mean({ data }: Picture): readonly number[] {
  const sums = [0, 0, 0];
  data.forEach((value, i) => {
    sums[i % 3] = (sums[i % 3] ?? 0) + value;
  });
  return sums.map((sum) => Math.round(sum / (data.length / 3)));
}

function captionOf({ pictures, prompt }: CaptionRequest): CaptionReply {
  const frames = prompt.filter(({ kind }) => kind === 'frame').length;
  if (frames !== pictures.length) {
    const reason = `the prompt refers to ${frames} frames, but ${pictures.length} were supplied`;
    return { failure: { kind: 'unreadable', reason, remedy: 'Give as many as are named.' } };
  }
  const said = prompt.flatMap((part) => (part.kind === 'text' ? (/"(.*)"/.exec(part.text)?.[1] ?? []) : []));
  const seen = pictures.map((picture) => mean(picture).join(' ')).join(', ');
  return {
    text: `colours ${seen}${said.length > 0 ? ` while one says ${said.join(' ')}` : ''}.`,
    complete: true,
  };
}

/** A Captioner that tells the mean colour of each frame and what is said: deterministic, without a model. */
export function fakeCaptioner(): Captioner {
  let closed = false;
  const check = (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (closed) throw new ModelUnavailableError('The captioner is closed.', 'Open it again.');
  };
  return {
    name: 'fake',
    revision: '1',
    budget: TINY.budget,
    batch: 4,
    loaded: undefined,
    async caption(requests, signal) {
      check(signal);
      // A turn of the loop, in which a caller may give up.
      await new Promise((resolve) => setImmediate(resolve));
      check(signal);
      return requests.map(captionOf);
    },
    async inspect(request, _tokens, onDelta, signal) {
      check(signal);
      const reply = captionOf(request);
      if ('failure' in reply) throw new ModelUnavailableError(reply.failure.reason, reply.failure.remedy);
      onDelta(reply.text);
      return reply.text;
    },
    async health(signal) {
      check(signal);
      return { device: 'fake', steps: [{ device: 'fake', taken: true, reason: 'it is the only one' }] };
    },
    async close() {
      closed = true;
    },
  };
}
