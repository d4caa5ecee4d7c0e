import type { StageName } from '../../../protocol/work.ts';

export { STAGES } from '../../../protocol/names.ts';
export type Stage = StageName;

/** The version of each stage with the settings and models that shape its rows; equal text, equal rows. */
export type StageFingerprint = Readonly<Partial<Record<Stage, string>>>;
