import type { StageName } from '../../../protocol/work.ts';

export { STAGES } from '../../../protocol/names.ts';
export type Stage = StageName;

/**
 * Maps each stage to its version plus the settings and models that shape its rows. Equal text means equal
 * rows.
 */
export type StageFingerprint = Readonly<Partial<Record<Stage, string>>>;
