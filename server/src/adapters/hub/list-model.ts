import { z } from 'zod';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { HubRetryError, type ModelHub, requestHub } from './hub-request.ts';

/** A file as the hub lists it. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of a large file, hexadecimal. Undefined if the hub stores the file in git itself. */
  readonly sha256?: string;
  /** Git's SHA-1 of the blob, hexadecimal. */
  readonly blob: string;
  /** Where the file lies on the hub if it is stored under another path; undefined: at `path` of its model. */
  readonly source?: { readonly id: string; readonly revision: string; readonly path: string };
}

export interface HubModel {
  readonly id: string;
  /** Commit on the hub. */
  readonly revision: string;
  readonly licence?: string;
  readonly files: readonly HubFile[];
}

const modelInfoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).optional() }).optional(),
});
/** A path that is safe below our own folder: no parent, root, drive or backslash. */
const pathSchema = z
  .string()
  .regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w][\w .+@()=,-]*(?:\/[\w][\w .+@()=,-]*)*$/);
const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.int().min(0).optional(),
  oid: z.string(),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).optional(),
});
const MAX_PAGES = 100;

function readJson<T>(type: z.ZodType<T>, url: string) {
  return async (response: Response): Promise<{ readonly value: T; readonly next?: string }> => {
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new HubRetryError(`${url} did not return JSON`);
    }
    const parsed = type.safeParse(json);
    if (!parsed.success) {
      const remedy = 'Check that HF_ENDPOINT is the address of a model hub.';
      throw new ModelUnavailableError(`${url} did not return a model`, remedy);
    }
    const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    return { value: parsed.data, next };
  };
}

/** Returns a model's commit and files from the hub. Rejects with ModelUnavailableError. */
export async function listModel(
  hub: ModelHub,
  id: string,
  revision: string,
  signal: AbortSignal,
): Promise<HubModel> {
  const noHeaders = () => ({});
  const modelPath = `/api/models/${id}`;
  const revisionPath = `${modelPath}/revision/${encodeURIComponent(revision)}`;
  const { value: model } = await requestHub(
    hub,
    revisionPath,
    [200],
    noHeaders,
    readJson(modelInfoSchema, revisionPath),
    signal,
  );
  const files: HubFile[] = [];
  let page: string | undefined = `${modelPath}/tree/${model.sha}?recursive=true`;
  for (let pages = 0; page !== undefined && pages < MAX_PAGES; pages += 1) {
    const url: string = page;
    const answer = await requestHub(hub, url, [200], noHeaders, readJson(z.array(entrySchema), url), signal);
    for (const { type, path: name, size, oid, lfs } of answer.value) {
      if (type !== 'file' || !pathSchema.safeParse(name).success) continue;
      files.push({ path: name, bytes: lfs?.size ?? size ?? 0, sha256: lfs?.oid, blob: oid });
    }
    const next = answer.next && new URL(answer.next, hub.endpoint);
    // Follow the link only if it stays on the hub.
    page =
      next && next.origin === new URL(hub.endpoint).origin ? `${next.pathname}${next.search}` : undefined;
  }
  return {
    id,
    revision: model.sha,
    licence: [model.cardData?.license ?? []].flat().join(' OR ') || undefined,
    files,
  };
}
