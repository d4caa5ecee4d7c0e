import {
  type CancellationToken,
  type LanguageModelChat,
  LanguageModelChatMessage,
  LanguageModelError,
  l10n,
  lm,
  workspace,
} from 'vscode';
import type { ModelMessage } from '../../server/protocol/editor.ts';
import { NoAnswer, type ServeAnswer } from './daemon.ts';

/** The editor's language model, for answers where `models.answerer` says so. */
export interface EditorModel {
  readonly answer: ServeAnswer;
  /** Takes this model for as long as `work` runs: the one that the person chose in the chat. */
  during<T>(model: LanguageModelChat | undefined, work: () => Promise<T>): Promise<T>;
}

/** The API has no system role: what stands there goes first as the user's. */
function messageOf({ role, text }: ModelMessage): LanguageModelChatMessage {
  return role === 'assistant'
    ? LanguageModelChatMessage.Assistant(text)
    : LanguageModelChatMessage.User(text);
}

/** The model that the settings name by id or family, else the first there is. */
async function chosen(): Promise<LanguageModelChat> {
  const name = workspace.getConfiguration('goldfish').get<string>('editorModel', '');
  const all = await lm.selectChatModels({});
  const model = name === '' ? all[0] : all.find(({ id, family }) => id === name || family === name);
  if (model !== undefined) return model;
  throw new NoAnswer(
    name === ''
      ? l10n.t('This editor has no language model.')
      : l10n.t('This editor has no language model called {0}.', name),
    l10n.t('Sign in to one, or set goldfish.models.answerer to another.'),
  );
}

export function createEditorModel(): EditorModel {
  let preferred: LanguageModelChat | undefined;
  return {
    async answer({ messages }, stream, token: CancellationToken) {
      try {
        const model = preferred ?? (await chosen());
        const justification = l10n.t('Goldfish answers a question from your videos.');
        const response = await model.sendRequest(messages.map(messageOf), { justification }, token);
        let text = '';
        for await (const delta of response.text) {
          text += delta;
          stream({ delta });
        }
        return { text };
      } catch (error) {
        if (error instanceof NoAnswer) throw error;
        const remedy =
          error instanceof LanguageModelError && error.code === LanguageModelError.NoPermissions.name
            ? l10n.t('Allow Goldfish to use the model when the editor asks.')
            : l10n.t('Try again, or choose another model in the chat.');
        throw new NoAnswer((error as Error).message, remedy);
      }
    },
    async during(model, work) {
      const before = preferred;
      preferred = model ?? before;
      try {
        return await work();
      } finally {
        preferred = before;
      }
    },
  };
}
