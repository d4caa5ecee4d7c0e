import type { HostOptions } from '../../adapters/transformers/host.ts';
import type { Manifest, ModelRole } from '../../core/manifest.ts';
import { type ModelChoice, parseModelChoice } from '../../core/modelChoice.ts';
import type { Settings } from '../../core/settings.ts';
import type { Taken } from './keep.ts';
import { type LocalPlace, placeFor } from './place.ts';

/** What choosing a model rests on, now. */
export interface Choosing {
  readonly settings: Settings;
  readonly manifest: Manifest;
  readonly modelsDir: string;
  /** The key for OpenAI-compatible hosts, where a client gave one or its variable is set. */
  readonly key: () => string | undefined;
  /** How a model of a folder is run. */
  readonly host: (folder: string, id?: string) => HostOptions;
}

/** A host that a setting names, ready for the adapters. */
export interface Remote {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: () => string | undefined;
  readonly keyVariable: string;
}

/** How a role makes its model from each kind of place. */
export interface RoleMaker<T> {
  readonly role: ModelRole;
  /** What stands for the model where there is none. */
  readonly without?: string;
  /** `undefined`: the role cannot be served by a host. What leaves for it, in words. */
  readonly remote?: { readonly sent: string; readonly make: (remote: Remote) => T };
  /** `shape`: what else the model is made with; another shape is another model. */
  readonly local: (
    place: LocalPlace,
    host: HostOptions,
  ) => { readonly shape?: unknown; readonly make: () => T };
  /** What a setting left empty says where the default was not pulled. */
  readonly missing?: string;
}

/** The setting of a role. */
export function settingOf(role: ModelRole): `models.${ModelRole}` {
  return `models.${role}`;
}

export function choiceOf(settings: Settings, role: ModelRole): ModelChoice {
  return parseModelChoice(settings[settingOf(role)]) ?? { kind: 'none' };
}

/** Chooses the model of a role as its setting says: a host, a folder, a model of the hub, the default, or none. */
export function chooseFor<T>(maker: RoleMaker<T>, choosing: Choosing): Taken<T> {
  const { role, without = 'none', remote, local, missing } = maker;
  const { settings, key } = choosing;
  const setting = settingOf(role);
  const none = (why: string, advice?: string): Taken<T> => {
    return { role, inUse: without, why, key: 'none', make: undefined, advice };
  };
  const choice = choiceOf(settings, role);
  if (choice.kind === 'none') return none(`switched off in ${setting}`);
  if (choice.kind === 'captioner' || choice.kind === 'editor')
    return none(`${setting} cannot be ${choice.kind}`);
  if (choice.kind === 'endpoint') {
    if (!remote) return none(`${setting} takes a model of the hub or a folder, no host`);
    const { baseUrl, model } = choice;
    const keyVariable = settings['models.keyVariable'];
    const why = `at ${baseUrl}, set in ${setting}; ${remote.sent} sent there`;
    const parts = [choice, keyVariable, settings['models.frames']];
    const make = () => remote.make({ baseUrl, model, key, keyVariable });
    return { role, inUse: model, why, key: JSON.stringify(parts), make };
  }
  const place = placeFor(choice, role, choosing);
  if ('missing' in place) {
    const pull = `\`goldfish models pull ${place.missing}\``;
    const said = choice.kind === 'default' ? missing : 'What is set is not here';
    return none(`${place.missing} is not on this machine`, said && `${said}: ${pull} fetches it.`);
  }
  const host = choosing.host(place.folder, place.hubId);
  const { shape, make } = local(place, host);
  const { onTrouble: _, ...parts } = host;
  return { role, inUse: place.id, why: place.why, key: JSON.stringify([place.revision, shape, parts]), make };
}
