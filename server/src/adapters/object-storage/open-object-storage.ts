import type { StorageLocation } from '../../core/domain/index-location.ts';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ObjectStorage } from '../../ports/object-storage.ts';
import { createAzureStorage } from './azure-storage.ts';
import { createS3Storage } from './s3-storage.ts';
import { readAzureAccess, readS3Access, toLanceAzureOptions, toLanceS3Options } from './storage-access.ts';

export interface OpenedObjectStorage {
  readonly objects: ObjectStorage;
  /** Endpoint and keys, in LanceDB's names. */
  readonly lanceOptions: Readonly<Record<string, string>>;
}

/** Opens the objects of a location. `options` are those of `index.options`; keys come from `env`. Throws StoreError. */
export function openObjectStorage(
  location: StorageLocation,
  options: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): OpenedObjectStorage {
  if (location.kind === 's3') {
    const access = readS3Access(location, options, env);
    return { objects: createS3Storage(location, access), lanceOptions: toLanceS3Options(access) };
  }
  if (location.kind === 'az') {
    const access = readAzureAccess(location, options, env);
    return { objects: createAzureStorage(location, access), lanceOptions: toLanceAzureOptions(access) };
  }
  throw new StoreError(
    'failed',
    `${location.address} cannot hold the index yet: Google Cloud Storage is not supported.`,
    'Use s3:// or az://, or leave index.location empty.',
  );
}
