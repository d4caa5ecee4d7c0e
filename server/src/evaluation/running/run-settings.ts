import type { EvidenceKind } from '../../../protocol/base.ts';

/** Names of modalities on the command line, and the kinds of evidence that each allows. */
export const MODALITIES = {
  speech: ['speech'],
  captions: ['caption', 'description'],
  screen: ['screenText'],
  titles: ['title', 'tag'],
  looks: ['frame'],
  facts: ['facts'],
} as const satisfies Readonly<Record<string, readonly EvidenceKind[]>>;
export type Modality = keyof typeof MODALITIES;

/** Value of a daemon setting. */
export type DaemonSettingValue = string | number | boolean | readonly string[];

/** Everything that decides a prediction besides the item. It is stored in `run.json`. */
export interface RunSettings {
  /** Clips that an answer is written from; -1: all. */
  readonly k: number;
  /** Evidence that is searched; empty: all. */
  readonly use: readonly Modality[];
  /** Evidence of the clips found that the answer is written from; empty: what was searched. */
  readonly answerFrom: readonly Modality[];
  /** Captions and speech of a clip are one document, as always in Goldfish. False: each is one of the k documents. */
  readonly merge: boolean;
  /** Answers are written from the clips of the gold spans instead of those found. */
  readonly oracle: boolean;
  /** Clips of the same video that are added to the oracle's, by chance. */
  readonly distract: number;
  /** Questions are asked of the answerer alone, without any evidence. */
  readonly blind: boolean;
  /** Questions search all videos but their own, so that the right answer is that nothing answers. */
  readonly absent: boolean;
  /** The option that the model finds most likely is the choice, instead of the one that its text names. */
  readonly likelihood: boolean;
  /** The videos' own subtitles are used. */
  readonly subtitles: boolean;
  /** Frames of the clips found are shown to the captioner again. */
  readonly inspect: boolean;
  /** Questions search the whole set instead of their video. */
  readonly library: boolean;
  /** Options stand in the question; else only the answer is compared with them. */
  readonly optionsInQuestion: boolean;
  /** Rotations of the options: 1 moves each by one place. */
  readonly rotate: number;
  /** Adds an option that says that the video does not answer. */
  readonly unknown: boolean;
  /** Settings of the daemon that indexes and answers. */
  readonly daemon: Readonly<Record<string, DaemonSettingValue>>;
}

export const DEFAULT_RUN_SETTINGS: RunSettings = {
  k: 3,
  use: [],
  answerFrom: [],
  merge: true,
  oracle: false,
  distract: 0,
  blind: false,
  absent: false,
  likelihood: false,
  subtitles: true,
  inspect: false,
  library: false,
  optionsInQuestion: true,
  rotate: 0,
  unknown: false,
  daemon: {},
};

/** Daemon settings that change only how questions are answered, not what is indexed. */
const ANSWER_SETTINGS: readonly string[] = [
  'models.answerer',
  'models.reranker',
  'ask.clips',
  'ask.wholeMinutes',
  'add.folder',
  'add.limit',
  'add.maxHeight',
  'add.names',
];

/** Returns what the index depends on. Runs with equal recipes share an index. */
export function toIndexRecipe({ subtitles, daemon }: RunSettings): object {
  const indexing = Object.entries(daemon).filter(([key]) => !ANSWER_SETTINGS.includes(key));
  return { subtitles, daemon: Object.fromEntries(indexing) };
}

/** Returns the kinds of evidence of some modalities; undefined for all. */
export function toEvidenceKinds(use: readonly Modality[]): readonly EvidenceKind[] | undefined {
  return use.length === 0 ? undefined : use.flatMap((modality) => [...MODALITIES[modality]]);
}
