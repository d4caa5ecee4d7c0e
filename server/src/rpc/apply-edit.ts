import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type { ApplyWorkspaceEditResult, WorkspaceEdit } from 'vscode-languageserver-protocol';

/**
 * Has a client change its documents and resolves with whether it did. Only an editor that said it takes
 * `workspace/applyEdit` may be asked. Rejects with the signal's reason, or when the connection is gone.
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
      // Emacs answers with an error where the person says no, or its text is another one by now.
      if (error instanceof ResponseError) return false;
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}
