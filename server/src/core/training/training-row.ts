import type { TrainingSource } from '../../../protocol/training.ts';
import type { Line } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { PromptPart } from '../generation/caption-prompt.ts';
import { hashText } from '../text/hash-text.ts';

export type RowSource = TrainingSource | 'imported';
export type Split = 'train' | 'validation' | 'test';

/** Percent of contents in each split. Their sum is 100. */
export type SplitShares = Readonly<Record<Split, number>>;
export const DEFAULT_SPLIT: SplitShares = { train: 90, validation: 5, test: 5 };

/** Weight of a row in the loss. What a person wrote counts more than what a model wrote. */
const WEIGHTS: Readonly<Record<RowSource, number>> = {
  corrections: 3,
  tags: 3,
  captions: 1,
  subtitles: 1,
  host: 1,
  imported: 1,
};

type MessagePart = { readonly type: 'image' } | { readonly type: 'text'; readonly text: string };

/** What a model should write about one clip, and what it wrote instead if a person corrected it. */
export interface TrainingTarget {
  readonly source: RowSource;
  readonly text: string;
  readonly rejected?: string;
  /** What is asked about the clip; absent: to describe it. */
  readonly question?: string;
  /** Model id, `a person`, or the data set's format. */
  readonly describer: string;
  /** The user's own, if absent. */
  readonly licence?: string;
}

/** One line of a data set: the chat form of transformers, with the place that it comes from. */
export interface TrainingRow extends TimeRange {
  readonly id: string;
  /** Identity of the video's bytes. Rows of one content are always in the same split. */
  readonly content: string;
  /** Path of the video, for people. */
  readonly video: string;
  /** Paths of the frames relative to the data set, in the order of the prompt's images. */
  readonly frames: readonly string[];
  readonly frameTimesMs: readonly Ms[];
  readonly messages: readonly [
    { readonly role: 'user'; readonly content: readonly MessagePart[] },
    { readonly role: 'assistant'; readonly content: readonly MessagePart[] },
  ];
  readonly rejected?: string;
  readonly source: RowSource;
  readonly describer: string;
  readonly weight: number;
  readonly licence: string;
}

/**
 * Returns the split of a content. It depends on the content alone, so a video never changes from one split to
 * another between two exports, and its copies are never divided.
 */
export function splitOf(content: string, { train, validation }: SplitShares): Split {
  const percent = (Number.parseInt(hashText(`split ${content}`).slice(0, 8), 16) / 2 ** 32) * 100;
  return percent < train ? 'train' : percent < train + validation ? 'validation' : 'test';
}

/** Returns the target of a clip's caption, or undefined if a person deleted it. */
export function captionTarget(line: Line): TrainingTarget | undefined {
  const text = line.text.trim();
  if (text === '') return undefined;
  const { corrected, source } = line;
  if (corrected === undefined || corrected.text === line.text)
    return { source: 'captions', text, describer: source };
  return { source: 'corrections', text, rejected: corrected.text, describer: 'a person' };
}

/** What a row asks whose answer are the tags of a clip, or its subtitles. */
export const TAG_QUESTION = 'Which tags describe this clip?';
const SPEECH_QUESTION = 'What is said in this clip?';
const MAX_SPOKEN_WORDS = 60;
/** Fewer words describe a sound, such as "door closes", and no clip. */
const MIN_DESCRIPTION_WORDS = 5;

const isAboutSound = (text: string) =>
  /^[[(♪♫]/.test(text) || text.split(/\s+/).length < MIN_DESCRIPTION_WORDS;

/**
 * Returns what the subtitles of a clip teach: to describe it as its audio description does, else to say what is said.
 * The speech is in the prompt, so nothing has to be guessed. Undefined without words.
 */
export function subtitleTarget(lines: readonly Line[]): TrainingTarget | undefined {
  const textOf = (kind: Line['kind']) =>
    lines.filter((line) => line.kind === kind).map(({ text }) => text.trim());
  const described = textOf('description').filter((text) => !isAboutSound(text));
  const target = { source: 'subtitles', describer: 'subtitles' } as const;
  if (described.length > 0) return { ...target, text: described.join(' ') };
  const words = textOf('speech').join(' ').split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const cut = words.length > MAX_SPOKEN_WORDS ? ' …' : '';
  return { ...target, text: words.slice(0, MAX_SPOKEN_WORDS).join(' ') + cut, question: SPEECH_QUESTION };
}

export function rowId(content: string, { startMs, endMs }: TimeRange, source: RowSource): string {
  return hashText(`row ${content} ${startMs} ${endMs} ${source}`).slice(0, 16);
}

function toMessagePart(part: PromptPart): MessagePart {
  return part.kind === 'frame' ? { type: 'image' } : { type: 'text', text: part.text };
}

export function toTrainingRow(
  place: TimeRange & Pick<TrainingRow, 'content' | 'video' | 'frames' | 'frameTimesMs'>,
  prompt: readonly PromptPart[],
  { source, text, rejected, describer, licence = 'own' }: TrainingTarget,
): TrainingRow {
  const { content, video, startMs, endMs, frames, frameTimesMs } = place;
  return {
    id: rowId(content, place, source),
    content,
    video,
    startMs,
    endMs,
    frames,
    frameTimesMs,
    messages: [
      { role: 'user', content: prompt.map(toMessagePart) },
      { role: 'assistant', content: [{ type: 'text', text }] },
    ],
    ...(rejected !== undefined && { rejected }),
    source,
    describer,
    weight: WEIGHTS[source],
    licence,
  };
}
