import { messageOf } from '../../base/message-of.ts';
import { hideSecrets } from '../../base/redact-secrets.ts';
import type { StorageLocation } from '../../core/domain/index-location.ts';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ObjectStorage, WriteCondition } from '../../ports/object-storage.ts';

/** Time that one request may take, ms. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Attempts of a read. Writes are not repeated: their conditions would no longer mean the same. */
const READ_ATTEMPTS = 3;

export interface ObjectRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Key of the object in its bucket. */
  readonly key: string;
  readonly body?: string;
  readonly condition?: WriteCondition | undefined;
}

/** What differs from one kind of storage to the next. */
export interface StorageDialect {
  /** Address of the server, for messages. */
  readonly endpoint: string;
  readonly secrets: readonly (string | undefined)[];
  /** Signs and sends a request. Ends it after `REQUEST_TIMEOUT_MS`. */
  send(request: ObjectRequest): Promise<Response>;
  /** Code in the answer if the bucket does not exist. */
  readonly missingBucketCode: string;
  /** Names the variables with the keys, for remedies. */
  readonly keyVariables: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly version: string;
}

/** Reads and writes the objects of an index over HTTP. Versions are entity tags without quotation marks. */
export function createHttpStorage(location: StorageLocation, dialect: StorageDialect): ObjectStorage {
  const { address } = location;

  async function request(init: Omit<ObjectRequest, 'key'>, name: string): Promise<Answer> {
    try {
      const key = [location.prefix, name].filter((part) => part !== '').join('/');
      const response = await dialect.send({ ...init, key });
      const version = (response.headers.get('etag') ?? '').replace(/^W\//, '').replaceAll('"', '');
      return { status: response.status, text: await response.text(), version };
    } catch (error) {
      throw new StoreError(
        'failed',
        `${address} cannot be reached at ${dialect.endpoint}: ${hideSecrets(describeFailure(error), dialect.secrets)}.`,
        'Check the network and the endpoint in index.options. Goldfish tries again.',
        { cause: error },
      );
    }
  }

  const isMissing = ({ status, text }: Answer) => status === 404 && !text.includes(dialect.missingBucketCode);

  function refuse({ status, text }: Answer, doing: string): never {
    const code = /<Code>([^<]{1,80})<\/Code>/.exec(text)?.[1] ?? '';
    const message = `${doing} ${address} failed: HTTP ${status}${code && ` ${code}`}.`;
    if (code === dialect.missingBucketCode)
      throw new StoreError(
        'failed',
        message,
        `Create the bucket ${location.bucket}, or correct index.location.`,
      );
    if (status === 401 || status === 403)
      throw new StoreError(
        'noPermission',
        message,
        `Check ${dialect.keyVariables}, and that these keys may list, read, write and delete there.`,
      );
    throw new StoreError('failed', message, 'Check the endpoint and the other values of index.options.');
  }

  return {
    address,
    async read(name) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const answer = await request({ method: 'GET' }, name);
          if (answer.status === 200) return { text: answer.text, version: answer.version };
          if (isMissing(answer)) return undefined;
          if (answer.status < 500 || attempt >= READ_ATTEMPTS) return refuse(answer, 'Reading');
        } catch (error) {
          const isRefused = error instanceof StoreError && error.cause === undefined;
          if (isRefused || attempt >= READ_ATTEMPTS) throw error;
        }
      }
    },
    async write(name, text, condition) {
      const answer = await request({ method: 'PUT', body: text, condition }, name);
      if (answer.status === 200 || answer.status === 201) return answer.version;
      // 409: the object exists (Azure), or another write met this one (Amazon). 404: there is nothing to match.
      const isUnmet = answer.status === 412 || answer.status === 409 || isMissing(answer);
      if (condition !== undefined && isUnmet) return undefined;
      return refuse(answer, 'Writing to');
    },
    async remove(name) {
      const answer = await request({ method: 'DELETE' }, name);
      if (answer.status >= 300 && answer.status !== 404) refuse(answer, 'Deleting in');
    },
  };
}

/** Returns the reason of a failed request; fetch hides it in its cause. */
function describeFailure(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer for ${REQUEST_TIMEOUT_MS / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}
