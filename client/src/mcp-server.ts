import * as vscode from 'vscode';
import type { Executable } from 'vscode-languageclient/node';

/** Describes the API of VS Code 1.101. The oldest supported version does not have it. */
interface VsCode101Api {
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string | number | null>,
    version: string,
  ) => object;
  readonly lm: {
    registerMcpServerDefinitionProvider?(
      id: string,
      provider: {
        readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
        provideMcpServerDefinitions(): object[];
      },
    ): vscode.Disposable;
  };
}

const MCP_PROVIDER = 'goldfish.mcp';

/** Offers `goldfish mcp` to the editor's agents if the setting goldfish.agents is `mcp`. */
export function offerMcpServer(
  launch: (args: readonly string[]) => Executable,
  version: string,
): vscode.Disposable {
  const { McpStdioServerDefinition: Definition, lm } = vscode as unknown as VsCode101Api;
  if (Definition === undefined || lm.registerMcpServerDefinitionProvider === undefined)
    return new vscode.Disposable(() => undefined);
  const changeEmitter = new vscode.EventEmitter<void>();
  const provider = {
    onDidChangeMcpServerDefinitions: changeEmitter.event,
    provideMcpServerDefinitions() {
      if (agentInterface() !== 'mcp') return [];
      try {
        const { command, args = [], options } = launch(['mcp']);
        const node = options?.env?.ELECTRON_RUN_AS_NODE;
        const env: Record<string, string> = node === undefined ? {} : { ELECTRON_RUN_AS_NODE: node };
        return [new Definition('Goldfish', command, args, env, version)];
      } catch {
        // Goldfish is not installed yet, and this is not the time to offer it.
        return [];
      }
    },
  };
  let registration: vscode.Disposable;
  try {
    registration = lm.registerMcpServerDefinitionProvider(MCP_PROVIDER, provider);
  } catch {
    // VS Code 1.100 has a draft of this API with another name in the manifest. Agents only have the tools there.
    return changeEmitter;
  }
  const settingsListener = vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('goldfish.agents')) changeEmitter.fire();
  });
  return vscode.Disposable.from(registration, settingsListener, changeEmitter);
}

/** Returns what agents in this editor can use: language model tools, the MCP server instead, or nothing. */
function agentInterface(): 'tools' | 'mcp' | 'nothing' {
  return vscode.workspace.getConfiguration('goldfish').get('agents', 'tools');
}
