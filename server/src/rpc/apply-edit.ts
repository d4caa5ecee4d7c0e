import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type { ApplyWorkspaceEditResult, WorkspaceEdit } from 'vscode-languageserver-protocol';

/**
 * Creates a function that asks the editor to change its documents. It resolves with true if the editor applied the
 * edit. Call it only for editors that declared `workspace/applyEdit`. It rejects with the signal's reason, or when the
 * connection closes.
 */
export function createEditApplier(connection: MessageConnection, signal: AbortSignal) {
  return async (label: string, edit: WorkspaceEdit): Promise<boolean> => {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const params = { label, edit };
      const response = connection.sendRequest<ApplyWorkspaceEditResult | null>('workspace/applyEdit', params);
      return (await Promise.race([response, aborted]))?.applied === true;
    } catch (error) {
      // Emacs answers with an error if the user declines or the text has changed since.
      if (error instanceof ResponseError) return false;
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}
