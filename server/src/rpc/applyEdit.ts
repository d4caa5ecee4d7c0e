import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { ApplyWorkspaceEditResult, WorkspaceEdit } from 'vscode-languageserver-protocol';

/**
 * Has a client change its documents and resolves with whether it did. Only an editor that said it takes
 * `workspace/applyEdit` may be asked. Rejects with the signal's reason, or when the connection is gone.
 */
export function applyEdit(connection: MessageConnection, signal: AbortSignal) {
  return async (label: string, edit: WorkspaceEdit): Promise<boolean> => {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      const params = { label, edit };
      const asked = connection.sendRequest<ApplyWorkspaceEditResult | null>('workspace/applyEdit', params);
      return (await Promise.race([asked, aborted]))?.applied === true;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}
