import { createHmac } from 'node:crypto';
import type { StorageLocation } from '../../core/domain/index-location.ts';
import type { ObjectStorage, WriteCondition } from '../../ports/object-storage.ts';
import { createHttpStorage, type ObjectRequest, REQUEST_TIMEOUT_MS } from './http-storage.ts';
import type { AzureAccess } from './storage-access.ts';

const API_VERSION = '2021-08-06';
const CONTENT_TYPE = 'text/plain; charset=utf-8';

function toConditionHeaders(condition: WriteCondition | undefined): Readonly<Record<string, string>> {
  if (condition === undefined) return {};
  return condition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': `"${condition.version}"` };
}

/** Signs a request with the key of the account: the header `authorization` of Azure's scheme SharedKey. */
function sign(
  { account, key }: AzureAccess,
  method: string,
  url: URL,
  headers: Record<string, string>,
  bytes: number,
) {
  const ofService = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${headers[name]}\n`)
    .join('');
  const value = (name: string) => headers[name] ?? '';
  // Encoding, language, length, MD5, type, date, modified since, match, none match, unmodified since, range.
  const standard = [
    ...['', '', bytes === 0 ? '' : `${bytes}`, '', value('content-type'), '', ''],
    ...[value('if-match'), value('if-none-match'), '', ''],
  ];
  const text = `${[method, ...standard].join('\n')}\n${ofService}/${account}${url.pathname}`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return `SharedKey ${account}:${signature}`;
}

/** Reads and writes the objects of an index in a container of Azure Blob Storage. */
export function createAzureStorage(location: StorageLocation, access: AzureAccess): ObjectStorage {
  function send({ method, key, body, condition }: ObjectRequest): Promise<Response> {
    const path = [location.bucket, ...key.split('/')].map(encodeURIComponent).join('/');
    const url = new URL(`${access.endpoint}/${path}`);
    const headers: Record<string, string> = {
      'x-ms-date': new Date().toUTCString(),
      'x-ms-version': API_VERSION,
      ...(body !== undefined && { 'x-ms-blob-type': 'BlockBlob', 'content-type': CONTENT_TYPE }),
      ...toConditionHeaders(condition),
    };
    const authorization = sign(access, method, url, headers, Buffer.byteLength(body ?? ''));
    return fetch(url, {
      method,
      ...(body !== undefined && { body }),
      headers: { ...headers, authorization },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  }
  return createHttpStorage(location, {
    endpoint: access.endpoint,
    secrets: [access.key],
    missingBucketCode: 'ContainerNotFound',
    keyVariables: 'AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY',
    send,
  });
}
