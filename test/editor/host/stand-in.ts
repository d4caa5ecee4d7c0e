import * as vscode from 'vscode';

/** A language model by rote: what it was asked last, and what it says. */
export const standIn = { asked: [] as string[], says: ['It eats earthworms ', 'on Sundays [1].'] };

interface Provider {
  provideLanguageModelChatInformation(): object[];
  provideLanguageModelChatResponse(
    model: object,
    messages: readonly { readonly content: readonly unknown[] }[],
    options: object,
    progress: { report(part: unknown): void },
  ): Promise<void>;
  provideTokenCount(): Promise<number>;
}

/** From 1.104 on; the oldest VS Code that we support cannot be given a model. */
const register = (
  vscode.lm as unknown as {
    readonly registerLanguageModelChatProvider?: (vendor: string, provider: Provider) => vscode.Disposable;
  }
).registerLanguageModelChatProvider;

export const hasStandIn = register !== undefined;

export function activate(context: vscode.ExtensionContext): void {
  const model = {
    id: 'rote',
    name: 'Rote',
    family: 'rote',
    version: '1',
    maxInputTokens: 8000,
    maxOutputTokens: 1000,
    capabilities: {},
  };
  const provider: Provider = {
    provideLanguageModelChatInformation: () => [model],
    async provideLanguageModelChatResponse(_model, messages, _options, progress) {
      standIn.asked = messages.map(({ content }) =>
        content.map((part) => (part as { value?: string }).value ?? '').join(''),
      );
      for (const text of standIn.says) progress.report(new vscode.LanguageModelTextPart(text));
    },
    provideTokenCount: async () => 1,
  };
  if (register !== undefined) context.subscriptions.push(register.call(vscode.lm, 'goldfish-test', provider));
}
