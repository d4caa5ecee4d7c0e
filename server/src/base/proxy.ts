import { http } from './http.ts';
import { messageOf } from './message-of.ts';
import { redactSecrets } from './redact-secrets.ts';

/**
 * Sends this process's requests through HTTP_PROXY and HTTPS_PROXY, except those to NO_PROXY and to this machine.
 * Invalid values are reported and ignored.
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
  // Added in Node 24.14 and 25.4.
  if (!('setGlobalProxyFromEnv' in http)) {
    onProblem(`HTTP_PROXY and HTTPS_PROXY need Node 24.14 or newer; this is ${process.versions.node}.`);
    return;
  }
  try {
    const directHosts = ['localhost', '127.0.0.1', '::1', env.NO_PROXY ?? env.no_proxy ?? ''].filter(Boolean);
    http.setGlobalProxyFromEnv({ ...proxyAddresses, NO_PROXY: directHosts.join(',') });
  } catch (error) {
    onProblem(
      `HTTP_PROXY or HTTPS_PROXY is not a valid proxy address and is ignored: ${redactSecrets(messageOf(error))}`,
    );
  }
}
