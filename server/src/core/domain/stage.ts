import type { StageName } from '../../../protocol/work.ts';

export { STAGES } from '../../../protocol/names.ts';
export type Stage = StageName;
