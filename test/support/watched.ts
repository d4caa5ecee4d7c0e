import type { Status } from '../../server/protocol/status.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { IndependentClient } from './independent-client.ts';
import { fill, makeMedia } from './make-media.ts';

export interface Hit {
  readonly clipId: string;
  readonly uri: string;
  readonly videoId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly link: string;
  readonly evidence: readonly { readonly kind: string; readonly text: string }[];
}

export const uriOf: (path: string | Buffer) => string = pathToFileUri;

/** Four seconds in one colour; with `said` as an embedded subtitle. */
export function render(path: string, shade: number, said?: string, seconds = 4): Promise<void> {
  const cues = said === undefined ? [] : [{ startMs: 1000, endMs: 2500, text: said }];
  return makeMedia(path, {
    seconds,
    video: { width: 64, height: 48, draw: (canvas) => fill(canvas, [shade, 40, 200 - shade]) },
    subtitles: said === undefined ? [] : [{ codec: 'mov_text', language: 'eng', cues }],
  });
}

export const srt = (text: string) => `1\n00:00:02,000 --> 00:00:03,500\n${text}\n`;

/**
 * Asks for hits or an answer, again where the daemon says that a model was not ready for it: the model works on meanwhile, and
 * the daemon keeps what it makes of the same question. So what comes does not depend on how fast the machine is.
 */
export async function whenModelsAreReady(
  client: IndependentClient,
  method: 'goldfish/search' | 'goldfish/ask',
  params: object,
): Promise<Record<string, unknown>> {
  for (;;) {
    const seen = client.notices.length;
    const result = await client.result(method, params);
    const late = client.notices
      .slice(seen)
      .some(
        (notice) =>
          notice.method === 'window/logMessage' &&
          /was not ready within \d+ ms/.test(String(notice.params.message)),
      );
    if (!late) return result;
  }
}

/** Hits for a query, with what models that are in use make of it. */
export async function search(client: IndependentClient, query: string): Promise<readonly Hit[]> {
  const { hits } = await whenModelsAreReady(client, 'goldfish/search', { query });
  return hits as Hit[];
}

/** Asks again after each change of status until the answer is as wanted. */
export async function until<T>(
  client: IndependentClient,
  ask: () => Promise<T>,
  fits: (found: T) => boolean,
): Promise<T> {
  for (;;) {
    const seen = client.notices.length;
    const found = await ask();
    if (fits(found)) return found;
    await client.notice(
      (notice) => notice.method === 'goldfish/didChangeStatus' && client.notices.indexOf(notice) >= seen,
    );
  }
}

export const hitsOf = (client: IndependentClient, query: string, fits: (hits: readonly Hit[]) => boolean) =>
  until(client, () => search(client, query), fits);

export async function statusOf(client: IndependentClient): Promise<Status> {
  return (await client.result('goldfish/status')) as unknown as Status;
}

/** The status once it is as wanted. */
export const statusWhen = (client: IndependentClient, fits: (status: Status) => boolean) =>
  until(client, () => statusOf(client), fits);

/** Nothing waits and nothing runs. */
export const atRest = ({ work }: Status) => work.waiting === 0 && work.running.length === 0;
