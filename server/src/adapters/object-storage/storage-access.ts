import type { StorageLocation } from '../../core/domain/index-location.ts';
import { StoreError } from '../../core/errors/store-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How to reach a bucket on S3. */
export interface S3Access {
  /** `https://host:port`, without a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  /** Whether the endpoint was named, as it is for servers other than Amazon's. */
  readonly isOwnEndpoint: boolean;
}

/** Returns the value of an option of `index.options`. */
function findOption(options: readonly string[], name: string): string | undefined {
  return options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Reads how to reach a bucket from `index.options`, then from the variables that Amazon's own tools read. */
export function readS3Access(
  location: StorageLocation,
  options: readonly string[],
  env: Environment,
): S3Access {
  const accessKeyId = env.AWS_ACCESS_KEY_ID ?? '';
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY ?? '';
  if (accessKeyId === '' || secretAccessKey === '')
    throw new StoreError(
      'noPermission',
      `No keys for ${location.address}: AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set.`,
      'Set both in the environment that starts the daemon, then run "goldfish stop" and "goldfish start".',
    );
  const region = findOption(options, 'region') || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
  const namedEndpoint =
    findOption(options, 'endpoint') ||
    env.AWS_ENDPOINT_URL_S3 ||
    env.AWS_ENDPOINT_URL ||
    env.AWS_ENDPOINT ||
    '';
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const endpoint = (namedEndpoint || `https://s3.${region}.${domain}`).replace(/\/+$/, '');
  if (!/^https?:\/\/[^/\s]/.test(endpoint))
    throw new StoreError(
      'failed',
      `${endpoint} is not the address of an S3 server.`,
      'Set the endpoint in index.options, as endpoint=https://host:port.',
    );
  const allowHttp = (findOption(options, 'allow_http') ?? env.AWS_ALLOW_HTTP) === 'true';
  if (endpoint.startsWith('http:') && !allowHttp)
    throw new StoreError(
      'failed',
      `The connection to ${endpoint} is not encrypted: everything that is indexed would cross the network readable.`,
      'Use an https endpoint. In a network that you trust, add allow_http=true to index.options.',
    );
  return {
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken: env.AWS_SESSION_TOKEN || undefined,
    isOwnEndpoint: namedEndpoint !== '',
  };
}

/** Returns the same access in LanceDB's names. */
export function toLanceOptions(access: S3Access): Readonly<Record<string, string>> {
  return {
    aws_access_key_id: access.accessKeyId,
    aws_secret_access_key: access.secretAccessKey,
    ...(access.sessionToken !== undefined && { aws_session_token: access.sessionToken }),
    aws_region: access.region,
    ...(access.isOwnEndpoint && { aws_endpoint: access.endpoint }),
    ...(access.endpoint.startsWith('http:') && { allow_http: 'true' }),
    // A storage that does not answer is an error after this many seconds; LanceDB's default is 180.
    client_retry_timeout: '30',
  };
}
