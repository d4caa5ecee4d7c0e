import { WORKER_ROLES } from '../../../protocol/names.ts';

export type WorkerRole = (typeof WORKER_ROLES)[number];

export function isWorkerRole(name: string): name is WorkerRole {
  return (WORKER_ROLES as readonly string[]).includes(name);
}
