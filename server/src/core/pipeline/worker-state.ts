export type { WorkerState } from '../../../protocol/workers.ts';
