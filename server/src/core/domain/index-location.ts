/** A place on object storage. */
export interface StorageLocation {
  /** S3 and what is compatible with it, Azure Blob Storage, Google Cloud Storage. */
  readonly kind: 's3' | 'az' | 'gs';
  /** Bucket or container. */
  readonly bucket: string;
  /** Start of all keys, without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** Address without secrets, without a slash at its end: `s3://bucket/prefix`. */
  readonly address: string;
}

/** Where the index is. */
export type IndexLocation = StorageLocation | { readonly kind: 'folder'; readonly path: string };

const STORAGE = /^(s3|az|gs):\/\/([a-z0-9][a-z0-9._-]{1,62})(\/[^\s?#@\\]*)?$/;
const ABSOLUTE_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;

/**
 * Parses the setting `index.location`: `s3://bucket/prefix`, `az://container/prefix`, `gs://bucket/prefix` or an absolute
 * path. Returns undefined for anything else.
 */
export function parseIndexLocation(text: string): IndexLocation | undefined {
  if (ABSOLUTE_PATH.test(text)) return { kind: 'folder', path: text };
  const [, kind, bucket, rest = ''] = STORAGE.exec(text) ?? [];
  if (kind === undefined || bucket === undefined) return undefined;
  const names = rest.split('/').filter((name) => name !== '');
  if (names.some((name) => name === '.' || name === '..')) return undefined;
  return {
    kind: kind as StorageLocation['kind'],
    bucket,
    prefix: names.join('/'),
    address: [`${kind}://${bucket}`, ...names].join('/'),
  };
}
