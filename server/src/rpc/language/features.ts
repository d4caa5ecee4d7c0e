import type { ServerCapabilities } from 'vscode-languageserver-protocol';
import { actionKinds, codeAction } from './code-action.ts';
import { completion } from './completion.ts';
import { documentLink } from './document-link.ts';
import { documentSymbol, foldingRange } from './document-symbol.ts';
import { commandNames, executeCommand } from './execute-command.ts';
import type { AnyFeature } from './feature.ts';
import { hover } from './hover.ts';
import { codeLens } from './note-questions.ts';
import { workspaceSymbol } from './workspace-symbol.ts';

/** Maps each supported LSP request by its method. */
export const features: ReadonlyMap<string, AnyFeature> = new Map(
  [
    codeAction,
    codeLens,
    completion,
    documentLink,
    documentSymbol,
    executeCommand,
    foldingRange,
    hover,
    workspaceSymbol,
  ].map((feature) => [feature.method, feature]),
);

/** Declares what the server supports. `change: 2` requests incremental document changes. */
export const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: 2 },
  codeActionProvider: { codeActionKinds: [...actionKinds] },
  codeLensProvider: {},
  completionProvider: { triggerCharacters: ['(', '[', '#'] },
  documentLinkProvider: {},
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  hoverProvider: true,
  workspaceSymbolProvider: true,
  executeCommandProvider: { commands: [...commandNames], workDoneProgress: true },
};
