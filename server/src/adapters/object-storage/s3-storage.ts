import { AwsClient } from 'aws4fetch';
import { messageOf } from '../../base/message-of.ts';
import { hideSecrets } from '../../base/redact-secrets.ts';
import type { StorageLocation } from '../../core/domain/index-location.ts';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ObjectStorage, WriteCondition } from '../../ports/object-storage.ts';
import type { S3Access } from './storage-access.ts';

/** Time that one request may take, ms. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Attempts of a read. Writes are not repeated: their conditions would no longer mean the same. */
const READ_ATTEMPTS = 3;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly version: string;
}

/** Reads and writes the objects of an index on S3, by path-style addresses. */
export function createS3Storage(location: StorageLocation, access: S3Access): ObjectStorage {
  const { accessKeyId, secretAccessKey, sessionToken, region } = access;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    region,
    service: 's3',
    retries: 0,
  });
  const secrets = [secretAccessKey, sessionToken];

  function toUrl(name: string): string {
    const key = [location.bucket, location.prefix, name].filter((part) => part !== '').join('/');
    return `${access.endpoint}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }

  async function request(
    method: string,
    name: string,
    init: { readonly body?: string; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    try {
      const response = await client.fetch(toUrl(name), {
        method,
        ...init,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const text = await response.text();
      const version = (response.headers.get('etag') ?? '').replace(/^W\//, '').replaceAll('"', '');
      return { status: response.status, text, version };
    } catch (error) {
      throw new StoreError(
        'failed',
        `${location.address} cannot be reached at ${access.endpoint}: ${hideSecrets(describeFailure(error), secrets)}.`,
        'Check the network and the endpoint in index.options. Goldfish tries again.',
        { cause: error },
      );
    }
  }

  function refuse({ status, text }: Answer, doing: string): never {
    const code = /<Code>([^<]{1,80})<\/Code>/.exec(text)?.[1] ?? '';
    const message = `${doing} ${location.address} failed: HTTP ${status}${code && ` ${code}`}.`;
    if (code === 'NoSuchBucket')
      throw new StoreError(
        'failed',
        message,
        `Create the bucket ${location.bucket}, or correct index.location.`,
      );
    if (status === 401 || status === 403)
      throw new StoreError(
        'noPermission',
        message,
        'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the region, and that these keys may list, read, write and delete there.',
      );
    throw new StoreError('failed', message, 'Check the endpoint and region in index.options.');
  }

  async function put(
    name: string,
    body: string,
    headers: Record<string, string>,
  ): Promise<string | undefined> {
    const answer = await request('PUT', name, {
      body,
      headers: { 'content-type': 'text/plain', ...headers },
    });
    if (answer.status === 200 || answer.status === 201) return answer.version;
    // 409: Amazon's answer to a write that another one met. 404: there is nothing to match.
    const isMissing = answer.status === 404 && !answer.text.includes('NoSuchBucket');
    const isConditional = Object.keys(headers).length > 0;
    if (isConditional && (answer.status === 412 || answer.status === 409 || isMissing)) return undefined;
    return refuse(answer, 'Writing to');
  }

  return {
    address: location.address,
    async read(name) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const answer = await request('GET', name);
          if (answer.status === 200) return { text: answer.text, version: answer.version };
          if (answer.status === 404 && !answer.text.includes('NoSuchBucket')) return undefined;
          if (answer.status < 500 || attempt >= READ_ATTEMPTS) return refuse(answer, 'Reading');
        } catch (error) {
          const isRefused = error instanceof StoreError && error.cause === undefined;
          if (isRefused || attempt >= READ_ATTEMPTS) throw error;
        }
      }
    },
    write: (name, text, condition) => writeIf(put, name, text, condition),
    async remove(name) {
      const answer = await request('DELETE', name);
      if (answer.status >= 300 && answer.status !== 404) refuse(answer, 'Deleting in');
    },
  };
}

/**
 * Writes under a condition. Some servers compare a version with quotation marks, as HTTP says, and others (radosgw)
 * without; the wrong form never matches.
 */
async function writeIf(
  put: (name: string, body: string, headers: Record<string, string>) => Promise<string | undefined>,
  name: string,
  text: string,
  condition: WriteCondition | undefined,
): Promise<string | undefined> {
  if (condition === undefined) return await put(name, text, {});
  if (condition === 'absent') return await put(name, text, { 'if-none-match': '*' });
  const { version } = condition;
  return (
    (await put(name, text, { 'if-match': version })) ??
    (await put(name, text, { 'if-match': `"${version}"` }))
  );
}

/** Returns the reason of a failed request; fetch hides it in its cause. */
function describeFailure(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer for ${REQUEST_TIMEOUT_MS / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}
