/**
 * Lists the indexing stages in order of work. `cues` reads embedded tracks (content) and sidecars (path).
 * `embed` embeds text of a content and of a path; `embedFrames` embeds frames. `passages` derives the search
 * index from the rows of all other stages. Every other stage belongs to the content. `summary` is never
 * planned: an answer that needs one creates and stores it.
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

/**
 * Maps each stage to its version plus the settings and models that shape its rows. Equal text means equal
 * rows.
 */
export type StageFingerprint = Readonly<Partial<Record<Stage, string>>>;
