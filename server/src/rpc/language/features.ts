import type { ServerCapabilities } from 'vscode-languageserver-protocol';
import { documentLink } from './documentLink.ts';
import { commands, executeCommand } from './executeCommand.ts';
import type { AnyFeature } from './feature.ts';
import { hover } from './hover.ts';
import { workspaceSymbol } from './workspaceSymbol.ts';

/** Every request of LSP that is served, by its method. */
export const features: ReadonlyMap<string, AnyFeature> = new Map(
  [documentLink, hover, workspaceSymbol, executeCommand].map((feature) => [feature.method, feature]),
);

/** `change: 1` asks for whole documents. */
export const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: 1 },
  documentLinkProvider: {},
  hoverProvider: true,
  workspaceSymbolProvider: true,
  executeCommandProvider: { commands: [...commands], workDoneProgress: true },
};
