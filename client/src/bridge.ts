import { CancellationTokenSource, commands, Disposable, env, Uri, type Webview } from 'vscode';
import type { FromEditor, ToEditor } from '../page/messages.ts';
import { codeOf, type Daemon } from './daemon.ts';
import { addFolder } from './folders.ts';
import type { Play } from './player.ts';

/** Describes a JSON-RPC message from the page. */
interface PageRequest {
  readonly id?: number;
  readonly method?: string;
  readonly params?: PageRequestParams;
}

interface PageRequestParams {
  readonly partialResultToken?: string;
  readonly id?: number;
}

const INTERNAL = -32603;
const METHOD_NOT_FOUND = -32601;

/** Returns the address of the page's server for a webview, even if the extension runs on another machine. */
export async function mediaAddress(daemon: Daemon): Promise<string> {
  const { url } = await daemon.request('goldfish/page', {});
  const parts = new URL(url);
  const externalUri = await env.asExternalUri(Uri.parse(`${parts.origin}/`));
  return `${externalUri.toString(true).replace(/\/$/, '')}${parts.pathname}`;
}

/**
 * Forwards messages between the page and the daemon over the extension's session. Only `goldfish/...` requests pass.
 * Media come from the page's server. `fragment` is shown first.
 */
export function bridge(
  webview: Webview,
  daemon: Daemon,
  play: Play,
  { media, fragment }: { readonly media: string; readonly fragment: string },
): Disposable {
  const runningRequests = new Map<number, CancellationTokenSource>();
  const post = (message: FromEditor) => void webview.postMessage(message);
  const answer = (message: object) => post({ kind: 'rpc', message: { jsonrpc: '2.0', ...message } });

  const forwardRequest = async (
    id: number,
    method: string,
    { partialResultToken: token, ...params }: PageRequestParams,
  ) => {
    const cancellation = new CancellationTokenSource();
    runningRequests.set(id, cancellation);
    const onPartial =
      token === undefined
        ? {}
        : {
            onPartial: (value: unknown) => answer({ method: '$/progress', params: { token, value } }),
          };
    try {
      answer({ id, result: await daemon.send(method, params, { token: cancellation.token, ...onPartial }) });
    } catch (error) {
      const { message, data } = error as { readonly message: string; readonly data?: unknown };
      answer({ id, error: { code: codeOf(error) ?? INTERNAL, message, data } });
    } finally {
      runningRequests.delete(id);
      cancellation.dispose();
    }
  };

  const handleMessage = async ({ id, method, params }: PageRequest) => {
    if (method === '$/cancelRequest') return runningRequests.get(Number(params?.id))?.cancel();
    if (id === undefined || method === undefined) return;
    if (method === 'initialize') return answer({ id, result: {} });
    if (!method.startsWith('goldfish/'))
      return answer({ id, error: { code: METHOD_NOT_FOUND, message: `Unknown request ${method}.` } });
    await forwardRequest(id, method, params ?? {});
  };

  const statusSubscription = daemon.on('goldfish/didChangeStatus', (params) =>
    answer({ method: 'goldfish/didChangeStatus', params }),
  );
  const playingSubscription = daemon.on('goldfish/didChangePlaying', (params) =>
    answer({ method: 'goldfish/didChangePlaying', params }),
  );
  const messageSubscription = webview.onDidReceiveMessage((message: ToEditor) => {
    if (message.kind === 'connect') {
      post({ kind: 'open', media });
      post({ kind: 'show', fragment });
    } else if (message.kind === 'rpc') void handleMessage(message.message as PageRequest);
    else if (message.kind === 'pickFolder') void addFolder(daemon);
    else if (message.kind === 'addLink') void commands.executeCommand('goldfish.addLink');
    else if (message.kind === 'openOutside') void play(message.uri, message.startMs);
  });
  return Disposable.from(statusSubscription, playingSubscription, messageSubscription);
}
