/**
 * Stages of indexing in the order of work. `cues` takes embedded tracks (content) and sidecars (path);
 * `embed` (meanings of words) takes those of content and of a path too; `embedFrames` looks at Frames; `passages`
 * derives what is searched from all that the others stored; every other stage belongs to content. `summary` is never
 * planned: an answer that needs one makes it and keeps it.
 */
export const STAGES = [
  'probe',
  'cues',
  'facts',
  'screenText',
  'transcribe',
  'caption',
  'embed',
  'embedFrames',
  'passages',
  'summary',
] as const;
export type Stage = (typeof STAGES)[number];

/** The version of each stage with the settings and models that shape its rows; equal text, equal rows. */
export type StageFingerprint = Readonly<Partial<Record<Stage, string>>>;
