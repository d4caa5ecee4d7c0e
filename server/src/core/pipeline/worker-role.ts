import { WORKER_ROLES } from '../../../protocol/names.ts';
import type { Stage } from '../domain/stage.ts';

export type WorkerRole = (typeof WORKER_ROLES)[number];

const ROLES: Readonly<Partial<Record<Stage, WorkerRole>>> = {
  facts: 'decoder',
  screenText: 'decoder',
  transcribe: 'transcriber',
  caption: 'captioner',
  embed: 'textEmbedder',
  embedFrames: 'frameEmbedder',
};

/** Returns the role that runs a stage on a worker; undefined for a stage that only the daemon runs. */
export function workerRoleOf(stage: Stage): WorkerRole | undefined {
  return ROLES[stage];
}

export function isWorkerRole(name: string): name is WorkerRole {
  return (WORKER_ROLES as readonly string[]).includes(name);
}
