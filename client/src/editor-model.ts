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
import { EditorModelError, type ServeAnswer } from './daemon.ts';

/** Answers questions with the editor's language model if `models.answerer` is `editor`. */
export interface EditorModel {
  readonly answer: ServeAnswer;
  /** Uses this model while `work` runs, such as the one that the user chose in the chat. */
  withModel<T>(model: LanguageModelChat | undefined, work: () => Promise<T>): Promise<T>;
}

/** Converts a message. The API has no system role, so system messages are sent as the user's. */
function toChatMessage({ role, text }: ModelMessage): LanguageModelChatMessage {
  return role === 'assistant'
    ? LanguageModelChatMessage.Assistant(text)
    : LanguageModelChatMessage.User(text);
}

/** Returns the model that the settings name by id or family, or else the first available one. */
async function selectModel(): Promise<LanguageModelChat> {
  const name = workspace.getConfiguration('goldfish').get<string>('editorModel', '');
  const models = await lm.selectChatModels({});
  const model = name === '' ? models[0] : models.find(({ id, family }) => id === name || family === name);
  if (model !== undefined) return model;
  throw new EditorModelError(
    name === ''
      ? l10n.t('This editor has no language model.')
      : l10n.t('This editor has no language model named {0}.', name),
    l10n.t('Sign in to a model provider, or choose another model in the setting goldfish.models.answerer.'),
  );
}

export function createEditorModel(): EditorModel {
  let preferredModel: LanguageModelChat | undefined;
  return {
    async answer({ messages }, stream, token: CancellationToken) {
      try {
        const model = preferredModel ?? (await selectModel());
        const justification = l10n.t('Goldfish uses the model to answer a question about your videos.');
        const response = await model.sendRequest(messages.map(toChatMessage), { justification }, token);
        let text = '';
        for await (const delta of response.text) {
          text += delta;
          stream({ delta });
        }
        return { text };
      } catch (error) {
        if (error instanceof EditorModelError) throw error;
        const remedy =
          error instanceof LanguageModelError && error.code === LanguageModelError.NoPermissions.name
            ? l10n.t('Allow Goldfish to use the model when the editor asks for permission.')
            : l10n.t('Try again, or choose another model in the chat.');
        throw new EditorModelError((error as Error).message, remedy);
      }
    },
    async withModel(model, work) {
      const previous = preferredModel;
      preferredModel = model ?? previous;
      try {
        return await work();
      } finally {
        preferredModel = previous;
      }
    },
  };
}
