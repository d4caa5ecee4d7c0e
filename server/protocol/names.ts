/** Lists of names in the protocol. They are apart from the schemas for code that does not load zod. */

export const EVIDENCE_KINDS = [
  'speech',
  'description',
  'screenText',
  'caption',
  'facts',
  'title',
  'tag',
  'frame',
] as const;

/** Kinds of lines that a person may correct: what is measured and what a file is called are not among them. */
export const CORRECTABLE_KINDS = ['speech', 'description', 'screenText', 'caption'] as const;

/** Names each kind of evidence to a person, before its text: `said: We leave at nine.` */
export const EVIDENCE_LABELS: { readonly [Kind in (typeof EVIDENCE_KINDS)[number]]: string } = {
  speech: 'said',
  description: 'described',
  screenText: 'on screen',
  caption: 'seen',
  facts: 'technical',
  title: 'named',
  tag: 'tagged',
  frame: 'looks similar',
};

/** The operators of a query, as they are listed for people. */
export const QUERY_OPERATORS = '"a phrase", -word, in:, before:, after:, said:, shown:, tag: and speaker:';

/** Formats in which what is said is written. */
export const SUBTITLE_FORMATS = ['srt', 'vtt'] as const;

/** Formats in which moments are exported as text. */
export const EXPORT_FORMATS = [
  'markdown',
  'srt',
  'vtt',
  'chapters',
  'ffmetadata',
  'm3u',
  'edl',
  'otio',
  'fcpxml',
] as const;

/** File extensions of each export format, without the dot, the usual one first. */
export const EXPORT_EXTENSIONS: {
  readonly [Format in (typeof EXPORT_FORMATS)[number]]: readonly [string, ...string[]];
} = {
  markdown: ['md', 'markdown'],
  srt: ['srt'],
  vtt: ['vtt'],
  chapters: ['txt'],
  ffmetadata: ['ffmeta', 'ffmetadata'],
  m3u: ['m3u8', 'm3u'],
  edl: ['edl'],
  otio: ['otio'],
  fcpxml: ['fcpxml'],
};

/** Formats in which the chapters of a video are written. */
export const CHAPTER_FORMATS = ['list', 'markdown', 'vtt', 'ffmetadata'] as const;

/** Formats of foreign data sets for training. */
export const IMPORT_FORMATS = ['video-instruct', 'cmd', 'webvid', 'llava', 'cc-sbu-align', 'pairs'] as const;

/** Sources of training rows. */
export const TRAINING_SOURCES = ['corrections', 'tags', 'captions', 'subtitles', 'host'] as const;

/**
 * Stages of indexing in the order of work. `cues` takes embedded tracks (content) and sidecars (path); `voice` finds
 * where somebody speaks in videos that nothing transcribes; `speakers` tells apart the voices that say known lines;
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
  'voice',
  'speakers',
  'caption',
  'embed',
  'embedFrames',
  'passages',
  'summary',
] as const;

/**
 * Roles of workers on other hosts, each with a queue of its own. `decoder` measures files and reads text on screen, on
 * the CPU; every other role needs its model.
 */
export const WORKER_ROLES = ['decoder', 'captioner', 'transcriber', 'textEmbedder', 'frameEmbedder'] as const;

/** Roles of users over the network, from the least to the most. */
export const USER_ROLES = ['reader', 'corrector', 'owner'] as const;

/** Says to a person what a stage does while it runs: `reading text on screen, talk.mp4`. */
export const STAGE_LABELS: { readonly [Stage in (typeof STAGES)[number]]: string } = {
  probe: 'opening',
  cues: 'reading subtitles',
  facts: 'measuring pictures and sound',
  screenText: 'reading text on screen',
  transcribe: 'transcribing speech',
  voice: 'listening for speech',
  speakers: 'telling voices apart',
  caption: 'describing pictures',
  embed: 'preparing search by meaning',
  embedFrames: 'preparing search by picture',
  passages: 'updating the index',
  summary: 'summarising',
};

/** Returns what a stage does. A stage that this client does not know is its own label. */
export function stageLabel(stage: string): string {
  return Object.entries(STAGE_LABELS).find(([name]) => name === stage)?.[1] ?? stage;
}
