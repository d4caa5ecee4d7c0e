import { http } from './http.ts';
import { messageOf } from './message-of.ts';

/**
 * Requests of this process go by HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as other programs do; those to this machine
 * never. Invalid values are reported and not used.
 */
export function useProxy(
  env: Readonly<Record<string, string | undefined>>,
  onProblem: (problem: string) => void,
): void {
  const proxyAddresses = {
    HTTP_PROXY: env.HTTP_PROXY ?? env.http_proxy,
    HTTPS_PROXY: env.HTTPS_PROXY ?? env.https_proxy,
  };
  if (!proxyAddresses.HTTP_PROXY && !proxyAddresses.HTTPS_PROXY) return;
  // Node has it since 24.14 and 25.4.
  if (!('setGlobalProxyFromEnv' in http)) {
    onProblem(`HTTP_PROXY and HTTPS_PROXY need Node 24.14 or newer; this is ${process.versions.node}.`);
    return;
  }
  try {
    const directHosts = ['localhost', '127.0.0.1', '::1', env.NO_PROXY ?? env.no_proxy ?? ''].filter(Boolean);
    http.setGlobalProxyFromEnv({ ...proxyAddresses, NO_PROXY: directHosts.join(',') });
  } catch (error) {
    onProblem(`HTTP_PROXY or HTTPS_PROXY is no address of a proxy and is not used: ${messageOf(error)}`);
  }
}
