import type { InferenceHostOptions } from '../../adapters/transformers/inference-host.ts';
import type { Settings } from '../../core/domain/settings.ts';
import type { ExamMark } from '../../core/exams/exam-result.ts';
import type { ModelRole } from '../../core/models/manifest.ts';
import { type ModelSetting, parseModelSetting } from '../../core/models/model-setting.ts';
import type { ExamBook } from '../../ports/exam-book.ts';
import type { SelectedModel } from './model-slot.ts';
import { type LocalModel, type ModelSources, resolveModelFolder } from './resolve-model-folder.ts';

/** Everything that the selection of a model depends on. */
export interface SelectionInputs extends ModelSources {
  readonly settings: Settings;
  /** Results of exams. */
  readonly exams: Pick<ExamBook, 'find'>;
  /** Key for OpenAI-compatible endpoints, from a client or from the environment variable. */
  readonly key: () => string | undefined;
  /** Returns how to run the model in a folder. */
  readonly host: (folder: string, id?: string) => InferenceHostOptions;
}

/** An endpoint named by a setting, ready for the adapters. */
export interface RemoteModel {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: () => string | undefined;
  readonly keyVariable: string;
}

/** How to create the model of a role from each kind of source. */
export interface RoleModelFactory<T> {
  readonly role: ModelRole;
  /** Name shown when no model is in use. */
  readonly fallbackName?: string;
  /** Undefined if the role cannot use an endpoint. `sentText` says what is sent there. */
  readonly remote?: {
    readonly sentText: string;
    readonly create: (remote: RemoteModel, mark: ExamMark | undefined) => T;
  };
  /**
   * `cacheKey` holds everything else the model is created with: a different value means a different model.
   */
  readonly local: (
    place: LocalModel,
    host: InferenceHostOptions,
    mark: ExamMark | undefined,
  ) => { readonly cacheKey?: unknown; readonly create: () => T };
  /** Advice for an empty setting whose default model is not downloaded. */
  readonly missingAdvice?: string;
}

function toSettingKey(role: ModelRole): `models.${ModelRole}` {
  return `models.${role}`;
}

export function parseRoleSetting(settings: Settings, role: ModelRole): ModelSetting {
  return parseModelSetting(settings[toSettingKey(role)]) ?? { kind: 'none' };
}

/** Selects the model of a role from its setting: an endpoint, a folder, a hub model, the default, or none. */
export function selectModel<T>(factory: RoleModelFactory<T>, inputs: SelectionInputs): SelectedModel<T> {
  const { role, fallbackName = 'none', remote, local, missingAdvice } = factory;
  const { settings, key } = inputs;
  const setting = toSettingKey(role);
  const selectNone = (why: string, advice?: string): SelectedModel<T> => {
    return { role, inUse: fallbackName, why, key: 'none', create: undefined, advice };
  };
  const choice = parseRoleSetting(settings, role);
  if (choice.kind === 'none') return selectNone(`switched off in ${setting}`);
  if (choice.kind === 'captioner' || choice.kind === 'editor')
    return selectNone(`${setting} does not accept "${choice.kind}"`);
  if (choice.kind === 'endpoint') {
    if (!remote) return selectNone(`${setting} accepts a hub model or a folder, not an endpoint`);
    const { baseUrl, model } = choice;
    const keyVariable = settings['models.keyVariable'];
    const why = `at ${baseUrl}, set in ${setting}; ${remote.sentText} sent there`;
    const identity = `${role} ${baseUrl}#${model}`;
    const mark = findMark(inputs, identity);
    const keyParts = [choice, keyVariable, settings['models.frames'], mark?.style];
    const create = () => remote.create({ baseUrl, model, key, keyVariable }, mark);
    const selected = { role, inUse: model, why, key: JSON.stringify(keyParts), identity, create };
    return withMark(selected, fallbackName, mark);
  }
  const localModel = resolveModelFolder(choice, role, inputs);
  if ('missing' in localModel) {
    const pullCommand = `\`goldfish models pull ${localModel.missing}\``;
    const adviceStart = choice.kind === 'default' ? missingAdvice : 'The configured model is missing';
    return selectNone(
      `${localModel.missing} is not downloaded`,
      adviceStart && `${adviceStart}: run ${pullCommand} to download the model.`,
    );
  }
  const hostOptions = inputs.host(localModel.folder, localModel.hubId);
  const identity = `${role} ${localModel.id}@${localModel.revision}`;
  const mark = findMark(inputs, identity);
  const { cacheKey, create: make } = local(localModel, hostOptions, mark);
  const { onTrouble: _, ...keyParts } = hostOptions;
  const selected = {
    role,
    inUse: localModel.id,
    why: localModel.why,
    key: JSON.stringify([localModel.revision, cacheKey, keyParts]),
    identity,
    create: make,
  };
  return withMark(selected, fallbackName, mark);
}

function findMark({ settings, exams }: SelectionInputs, identity: string): ExamMark | undefined {
  return settings['models.exams'] === 'ignore' ? undefined : exams.find(identity);
}

/** Says how a model did in its exam, and leaves one out that makes things worse. */
function withMark<T>(
  selected: SelectedModel<T>,
  fallbackName: string,
  mark: ExamMark | undefined,
): SelectedModel<T> {
  if (!mark) return selected;
  if (mark.isFit) return { ...selected, why: `${selected.why}; exam: ${mark.summary}` };
  return {
    ...selected,
    inUse: fallbackName,
    why: `${selected.inUse} is not used: ${mark.summary}`,
    key: 'none',
    create: undefined,
    advice: `The ${selected.role} ${selected.inUse} is not used (${mark.summary}). Choose a larger one, or set models.exams to "ignore".`,
  };
}
