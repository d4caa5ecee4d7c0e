import { parseModelSetting } from '../core/models/model-setting.ts';
import type { Call } from './provider.ts';
import type { Services } from './services.ts';

/** Returns whether the settings choose the editor's language model to write answers, and that model if the client has one. */
export function editorAnswererOf(
  call: Pick<Call, 'editorAnswerer'>,
  settings: Services['settings'],
): { readonly usesEditor: boolean } & Pick<Call, 'editorAnswerer'> {
  const answererSetting = settings.get('models.answerer').settings['models.answerer'];
  const usesEditor =
    typeof answererSetting === 'string' && parseModelSetting(answererSetting)?.kind === 'editor';
  return { usesEditor, editorAnswerer: usesEditor ? call.editorAnswerer : undefined };
}
