import type { InferenceHostOptions } from '../../adapters/transformers/inference-host.ts';
import type { Settings } from '../../core/domain/settings.ts';
import type { Manifest, ModelRole } from '../../core/models/manifest.ts';
import { type ModelSetting, parseModelSetting } from '../../core/models/model-setting.ts';
import type { SelectedModel } from './model-slot.ts';
import { type LocalModel, resolveModelFolder } from './resolve-model-folder.ts';

/** What choosing a model rests on, now. */
export interface SelectionInputs {
  readonly settings: Settings;
  readonly manifest: Manifest;
  readonly modelsDir: string;
  /** The key for OpenAI-compatible hosts, where a client gave one or its variable is set. */
  readonly key: () => string | undefined;
  /** How a model of a folder is run. */
  readonly host: (folder: string, id?: string) => InferenceHostOptions;
}

/** A host that a setting names, ready for the adapters. */
export interface RemoteModel {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: () => string | undefined;
  readonly keyVariable: string;
}

/** How a role makes its model from each kind of place. */
export interface RoleModelFactory<T> {
  readonly role: ModelRole;
  /** What stands for the model where there is none. */
  readonly fallbackName?: string;
  /** `undefined`: the role cannot be served by a host. What leaves for it, in words. */
  readonly remote?: { readonly sentText: string; readonly create: (remote: RemoteModel) => T };
  /** `shape`: what else the model is made with; another shape is another model. */
  readonly local: (
    place: LocalModel,
    host: InferenceHostOptions,
  ) => { readonly cacheKey?: unknown; readonly create: () => T };
  /** What a setting left empty says where the default was not pulled. */
  readonly missingAdvice?: string;
}

/** The setting of a role. */
function toSettingKey(role: ModelRole): `models.${ModelRole}` {
  return `models.${role}`;
}

export function parseRoleSetting(settings: Settings, role: ModelRole): ModelSetting {
  return parseModelSetting(settings[toSettingKey(role)]) ?? { kind: 'none' };
}

/** Chooses the model of a role as its setting says: a host, a folder, a model of the hub, the default, or none. */
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
    return selectNone(`${setting} cannot be ${choice.kind}`);
  if (choice.kind === 'endpoint') {
    if (!remote) return selectNone(`${setting} takes a model of the hub or a folder, no host`);
    const { baseUrl, model } = choice;
    const keyVariable = settings['models.keyVariable'];
    const why = `at ${baseUrl}, set in ${setting}; ${remote.sentText} sent there`;
    const keyParts = [choice, keyVariable, settings['models.frames']];
    const create = () => remote.create({ baseUrl, model, key, keyVariable });
    return { role, inUse: model, why, key: JSON.stringify(keyParts), create };
  }
  const localModel = resolveModelFolder(choice, role, inputs);
  if ('missing' in localModel) {
    const pullCommand = `\`goldfish models pull ${localModel.missing}\``;
    const adviceStart = choice.kind === 'default' ? missingAdvice : 'What is set is not here';
    return selectNone(
      `${localModel.missing} is not on this machine`,
      adviceStart && `${adviceStart}: ${pullCommand} fetches it.`,
    );
  }
  const hostOptions = inputs.host(localModel.folder, localModel.hubId);
  const { cacheKey, create: make } = local(localModel, hostOptions);
  const { onTrouble: _, ...keyParts } = hostOptions;
  return {
    role,
    inUse: localModel.id,
    why: localModel.why,
    key: JSON.stringify([localModel.revision, cacheKey, keyParts]),
    create: make,
  };
}
