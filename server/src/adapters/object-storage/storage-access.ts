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

/** How to reach a container on Azure. */
export interface AzureAccess {
  /** `https://account.blob.core.windows.net`, without a slash at its end. */
  readonly endpoint: string;
  readonly account: string;
  /** Base64. */
  readonly key: string;
  readonly isOwnEndpoint: boolean;
}

/** Throws StoreError if keys are missing. */
function assertKeys(location: StorageLocation, names: readonly string[], env: Environment): void {
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0)
    throw new StoreError(
      'noPermission',
      `No keys for ${location.address}: ${missing.join(' and ')} is not set.`,
      'Set it in the environment that starts the daemon, then run "goldfish stop" and "goldfish start".',
    );
}

/** Returns an endpoint without a slash at its end. Throws StoreError if it is none, or is open without permission. */
function checkEndpoint(text: string, allowHttp: boolean): string {
  const endpoint = text.replace(/\/+$/, '');
  if (!/^https?:\/\/[^/\s]/.test(endpoint) || !URL.canParse(endpoint))
    throw new StoreError(
      'failed',
      `${endpoint} is not the address of a storage server.`,
      'Set the endpoint in index.options, as endpoint=https://host:port.',
    );
  if (endpoint.startsWith('http:') && !allowHttp)
    throw new StoreError(
      'failed',
      `The connection to ${endpoint} is not encrypted: everything that is indexed would cross the network readable.`,
      'Use an https endpoint. In a network that you trust, add allow_http=true to index.options.',
    );
  return endpoint;
}

/** Reads how to reach a bucket from `index.options`, then from the variables that Amazon's own tools read. */
export function readS3Access(
  location: StorageLocation,
  options: readonly string[],
  env: Environment,
): S3Access {
  assertKeys(location, ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'], env);
  const region = findOption(options, 'region') || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
  const namedEndpoint =
    findOption(options, 'endpoint') ||
    env.AWS_ENDPOINT_URL_S3 ||
    env.AWS_ENDPOINT_URL ||
    env.AWS_ENDPOINT ||
    '';
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const allowHttp = (findOption(options, 'allow_http') ?? env.AWS_ALLOW_HTTP) === 'true';
  return {
    endpoint: checkEndpoint(namedEndpoint || `https://s3.${region}.${domain}`, allowHttp),
    region,
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: env.AWS_SESSION_TOKEN || undefined,
    isOwnEndpoint: namedEndpoint !== '',
  };
}

/** Reads how to reach a container from `index.options`, then from the variables of Azure's own tools. */
export function readAzureAccess(
  location: StorageLocation,
  options: readonly string[],
  env: Environment,
): AzureAccess {
  const account = findOption(options, 'account') || env.AZURE_STORAGE_ACCOUNT_NAME || '';
  assertKeys(
    location,
    [...(account === '' ? ['AZURE_STORAGE_ACCOUNT_NAME'] : []), 'AZURE_STORAGE_ACCOUNT_KEY'],
    env,
  );
  const namedEndpoint = findOption(options, 'endpoint') || '';
  const allowHttp = findOption(options, 'allow_http') === 'true';
  return {
    endpoint: checkEndpoint(namedEndpoint || `https://${account}.blob.core.windows.net`, allowHttp),
    account,
    key: env.AZURE_STORAGE_ACCOUNT_KEY ?? '',
    isOwnEndpoint: namedEndpoint !== '',
  };
}

/** Time after which a storage that does not answer is an error, s; LanceDB's default is 180. */
const RETRY_TIMEOUT_S = '30';

const toHttpOption = (endpoint: string): Readonly<Record<string, string>> =>
  endpoint.startsWith('http:') ? { allow_http: 'true' } : {};

/** Returns access to S3 in LanceDB's names. */
export function toLanceS3Options(access: S3Access): Readonly<Record<string, string>> {
  return {
    aws_access_key_id: access.accessKeyId,
    aws_secret_access_key: access.secretAccessKey,
    ...(access.sessionToken !== undefined && { aws_session_token: access.sessionToken }),
    aws_region: access.region,
    ...(access.isOwnEndpoint && { aws_endpoint: access.endpoint }),
    ...toHttpOption(access.endpoint),
    client_retry_timeout: RETRY_TIMEOUT_S,
  };
}

/** Returns access to Azure in LanceDB's names. */
export function toLanceAzureOptions(access: AzureAccess): Readonly<Record<string, string>> {
  return {
    account_name: access.account,
    account_key: access.key,
    ...(access.isOwnEndpoint && { azure_storage_endpoint: access.endpoint }),
    ...toHttpOption(access.endpoint),
    client_retry_timeout: RETRY_TIMEOUT_S,
  };
}
