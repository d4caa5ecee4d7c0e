import { X509Certificate } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { ServeParams } from '../../protocol/users.ts';
import { RequestError } from '../library.ts';

/** Where a server listens, and whether only this machine reaches it. */
export interface ListenAddress {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const ALL_HOSTS = ['0.0.0.0', '::'];

const isLoopbackHost = (host: string) =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Parses `HOST:PORT`. Throws RequestError for anything else. */
export function parseListenAddress(listen: string): ListenAddress {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):(\d{1,5})$/i.exec(listen);
  const host = (match?.[1] ?? match?.[2] ?? '').toLowerCase();
  const port = Number(match?.[3]);
  if (match === null || port > 65_535 || (match[1] !== undefined && isIP(host) !== 6))
    throw new RequestError(
      'invalid',
      `"${listen}" is not an address to listen on.`,
      'Use HOST:PORT, such as 0.0.0.0:8443 or [::]:8443.',
    );
  return { host, port, isLoopback: isLoopbackHost(host) };
}

/** Throws RequestError if tokens and media would cross a network unencrypted. */
export function assertEncrypted({ isLoopback }: ListenAddress, params: ServeParams): void {
  const { listen, certificate, key, behindProxy = false } = params;
  if ((certificate === undefined) !== (key === undefined))
    throw new RequestError('invalid', 'A certificate needs its key.', 'Give both --cert and --key.');
  if (certificate !== undefined && behindProxy)
    throw new RequestError(
      'invalid',
      'Either this server or the proxy in front of it ends TLS.',
      'Give --cert and --key, or --behind-proxy.',
    );
  if (isLoopback || certificate !== undefined || behindProxy) return;
  throw new RequestError(
    'invalid',
    `Without TLS, everybody in the network of ${listen} could read tokens and videos.`,
    'Give --cert and --key, or --behind-proxy if a proxy in front ends TLS.',
  );
}

/** Returns the names and addresses that the Host header of a request may have, in lower case. */
export function findOwnNames(
  { host, isLoopback }: ListenAddress,
  certificate: Buffer | undefined,
  names: readonly string[],
): readonly string[] {
  const own = ALL_HOSTS.includes(host)
    ? [...LOOPBACK_NAMES, hostname(), ...machineAddresses()]
    : isLoopback
      ? LOOPBACK_NAMES
      : [isIP(host) === 6 ? `[${host}]` : host];
  const certified = certificate === undefined ? [] : certifiedNames(certificate);
  return [...own, ...certified, ...names].map((name) => name.toLowerCase());
}

/** Returns all addresses of this machine, as a Host header contains them. */
function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address, family }) => (family === 'IPv6' ? `[${address.replace(/%.*/, '')}]` : address));
}

/** Returns the names that a certificate is for. Patterns such as `*.example.org` are none. */
function certifiedNames(certificate: Buffer): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(certificate);
  return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^\s,*]+)/g)].map(([, name = '']) =>
    isIP(name) === 6 ? `[${name}]` : name,
  );
}

/** Creates the test for proxies whose identity header counts. Throws RequestError for what is no address. */
export function createProxyTest({
  trustedProxies = [],
  identityHeader,
}: Pick<ServeParams, 'trustedProxies' | 'identityHeader'>): (address: string) => boolean {
  if (identityHeader !== undefined && trustedProxies.length === 0)
    throw new RequestError(
      'invalid',
      `Anybody could send the header ${identityHeader}.`,
      'Name the address of your proxy with --trusted-proxy.',
    );
  const proxies = new BlockList();
  for (const proxy of trustedProxies) addNetwork(proxies, proxy);
  return (address) => {
    const family = isIP(address);
    return family !== 0 && proxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function addNetwork(list: BlockList, text: string): void {
  const [address = '', bits] = text.split('/', 2);
  const family = isIP(address);
  const prefix = bits === undefined ? undefined : Number(bits);
  const isValid =
    prefix === undefined || (/^\d{1,3}$/.test(bits ?? '') && prefix <= (family === 6 ? 128 : 32));
  if (family === 0 || !isValid)
    throw new RequestError(
      'invalid',
      `"${text}" is not the address of a proxy.`,
      'Use an IP address, or a network such as 10.0.0.0/8.',
    );
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) list.addAddress(address, kind);
  else list.addSubnet(address, prefix, kind);
}
