import { ResponseError } from 'vscode-jsonrpc/node';
import type { ClientOptions } from '../../protocol/base.ts';
import type { Notifications } from '../../protocol/methods.ts';
import { watchProcess } from '../base/lifetime.ts';
import type { LogLine } from '../base/log.ts';
import { describeAccess } from './access.ts';
import { createEditorAnswerer } from './editor-answerer.ts';
import { createDrainingError, goldfishError, INVALID_REQUEST, invalidParams } from './errors.ts';
import { type GoldfishInitializeResult, initializeParamsSchema, initializeResult } from './initialize.ts';
import { judgeClient } from './judge-client.ts';
import { parseCapabilities } from './language/client-capabilities.ts';
import { explainIssue } from './parse-params.ts';
import type { SessionState } from './session-state.ts';

const MESSAGE_TYPES = { error: 1, warn: 2, info: 3, debug: 4 } as const;

/** Serves `initialize`: judges the client, and forwards what happens from then on. Throws if it cannot be served. */
export function initializeSession(session: SessionState, rawParams: unknown): GoldfishInitializeResult {
  const { services, log, socket, connection, disposers, notify } = session;
  if (session.phase !== 'new') throw new ResponseError(INVALID_REQUEST, 'initialize was already sent.');
  const parsedParams = initializeParamsSchema.safeParse(rawParams ?? {});
  if (!parsedParams.success) throw invalidParams(explainIssue(parsedParams.error));
  if (session.access.role !== 'local') return initializeRemote(session);
  const { processId, clientInfo, initializationOptions, capabilities } = parsedParams.data;
  session.editorCapabilities = parseCapabilities(capabilities);
  const client = initializationOptions?.goldfish ?? undefined;
  const verdict = judgeClient(services.identity, client);
  log.info('client', { name: clientInfo?.name, build: client?.build, protocol: client?.protocol, verdict });
  if (verdict === 'refuse') throw versionError(session, client);
  if (verdict === 'yield') {
    services.stop(client?.stops ? 'stopped' : 'replaced', `yields to build ${client?.build}`);
    throw createDrainingError(services.endReason());
  }
  if (typeof processId === 'number' && processId > 0)
    disposers.push(watchProcess(processId, () => socket.destroy()));
  if (client?.answers === true) session.editorAnswerer = createEditorAnswerer(connection, socket);
  session.phase = 'open';
  forwardNotifications(session);
  if (verdict === 'serveOld')
    notify('window/showMessage', {
      type: MESSAGE_TYPES.warn,
      message: `This client of Goldfish (${client?.build}) is older than the running daemon (${services.identity.build}): update it.`,
    });
  return initializeResult(services.identity);
}

/** Serves a client on another machine. What it says of itself counts for nothing: it must not make the daemon yield. */
function initializeRemote(session: SessionState): GoldfishInitializeResult {
  const { services, notify, disposers, log, access } = session;
  log.info('client', { name: 'another machine', role: access.role });
  session.phase = 'open';
  disposers.push(services.library.onStatus((params) => notify('goldfish/didChangeStatus', params)));
  if (access.role !== 'device')
    disposers.push(services.library.onAlert((params) => notify('goldfish/didMatchAlert', params)));
  const result = initializeResult(services.identity);
  return { ...result, capabilities: { experimental: describeAccess(access) } };
}

function versionError({ services: { identity } }: SessionState, client: ClientOptions | undefined) {
  return goldfishError(
    'version',
    `This client speaks protocol ${client?.protocol}, the Goldfish daemon ${identity.protocol}.`,
    `Update this client: the daemon is ${identity.build}.`,
  );
}

function forwardNotifications({ services, notify, diagnostics, disposers, abort }: SessionState): void {
  const forward =
    <N extends keyof Notifications>(method: N) =>
    (params: Notifications[N]) =>
      notify(method, params);
  services.players.join(abort.signal, forward('goldfish/didChangePlaying'));
  disposers.push(
    services.library.onStatus(forward('goldfish/didChangeStatus')),
    services.library.onStatus(() => diagnostics.libraryChanged()),
    services.library.onAlert(forward('goldfish/didMatchAlert')),
    services.settings.onChange(forward('goldfish/didChangeSettings')),
    services.onLogLine((line) => line.level !== 'debug' && notify('window/logMessage', toLogMessage(line))),
  );
}

function toLogMessage({ level, event, fields }: LogLine) {
  const fieldTexts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return { type: MESSAGE_TYPES[level], message: [event, ...fieldTexts].join(' ') };
}
