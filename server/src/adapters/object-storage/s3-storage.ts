import { AwsClient } from 'aws4fetch';
import type { StorageLocation } from '../../core/domain/index-location.ts';
import type { ObjectStorage } from '../../ports/object-storage.ts';
import { createHttpStorage, type ObjectRequest, REQUEST_TIMEOUT_MS } from './http-storage.ts';
import type { S3Access } from './storage-access.ts';

/** Reads and writes the objects of an index on S3, by path-style addresses. */
export function createS3Storage(location: StorageLocation, access: S3Access): ObjectStorage {
  const { accessKeyId, secretAccessKey, sessionToken, region, endpoint } = access;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    region,
    service: 's3',
    retries: 0,
  });

  function sendWith(
    { method, key, body }: ObjectRequest,
    headers: Record<string, string>,
  ): Promise<Response> {
    const path = [location.bucket, ...key.split('/')].map(encodeURIComponent).join('/');
    return client.fetch(`${endpoint}/${path}`, {
      method,
      ...(body !== undefined && { body }),
      headers,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  }

  return createHttpStorage(location, {
    endpoint,
    secrets: [secretAccessKey, sessionToken],
    missingBucketCode: 'NoSuchBucket',
    keyVariables: 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the region',
    async send(request) {
      const { condition } = request;
      if (condition === undefined) return await sendWith(request, {});
      if (condition === 'absent') return await sendWith(request, { 'if-none-match': '*' });
      // Some servers compare a version with quotation marks, as HTTP says, and others (radosgw) without; the wrong form
      // never matches.
      const response = await sendWith(request, { 'if-match': condition.version });
      if (response.status !== 412) return response;
      return await sendWith(request, { 'if-match': `"${condition.version}"` });
    },
  });
}
