import type { ImportFormat } from '../../../protocol/training.ts';

/** One example of a foreign data set: a video or picture, perhaps a question, and what should be answered. */
export interface ForeignExample {
  /** Paths below the media folder where the file may be, without extension if `extensions` are given. */
  readonly media: string;
  readonly extensions: readonly string[];
  /** Paths of subtitles below the subtitle folder, the best first. */
  readonly subtitles: readonly string[];
  readonly picture: boolean;
  /** Absent: the example is a caption. */
  readonly question?: string;
  readonly answer: string;
}

export interface ForeignDataSet {
  readonly examples: readonly ForeignExample[];
  /** Records that are incomplete or of another form. */
  readonly unusable: number;
}

/** Thrown for a file that is not of the format at all. The message says what was expected. */
export class DataSetFormatError extends Error {}

const VIDEO_EXTENSIONS = ['mp4', 'mkv', 'webm', 'avi', 'mov'];
const PICTURE_EXTENSIONS = ['jpg', 'jpeg', 'png'];

type JsonRecord = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns a member as trimmed text; undefined if it is missing, empty or not text. Ids may be numbers. */
function textOf(record: JsonRecord, name: string): string | undefined {
  const value = record[name];
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** Returns whether a path stays below the folder that it is relative to. */
const isBelow = (path: string): boolean =>
  !/^(?:[/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..') && !path.includes('\0');

function parseRecords(text: string, expected: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new DataSetFormatError(`it is not valid JSON; expected ${expected}`);
  }
  const list = isRecord(value) ? value.annotations : value;
  if (!Array.isArray(list)) throw new DataSetFormatError(`expected ${expected}`);
  return list;
}

/** Removes the marks that stand for the picture or video in a question. */
const withoutMarks = (text: string): string =>
  text
    .replace(/<(?:image|video|img|vid)>(?:<ImageHere><\/Img>)?/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Returns the words of a WebVid name: what follows the last hyphen and colon, as the reference reads it. */
function webVidCaption(name: string): string {
  return (name.split('-').at(-1) ?? '').split(':').at(-1)?.trim() ?? '';
}

function videoInstruct(record: JsonRecord): readonly ForeignExample[] {
  const [id, question, answer] = ['video_id', 'q', 'a'].map((name) => textOf(record, name));
  if (id === undefined || question === undefined || answer === undefined) return [];
  return [
    { media: id, extensions: VIDEO_EXTENSIONS, subtitles: [`${id}.vtt`], picture: false, question, answer },
  ];
}

function cmd(record: JsonRecord): readonly ForeignExample[] {
  const [id, answer] = ['image_id', 'caption'].map((name) => textOf(record, name));
  if (id === undefined || answer === undefined) return [];
  const subtitles = [`${id}.en.vtt`, `${id}.vtt`];
  return [{ media: id, extensions: VIDEO_EXTENSIONS, subtitles, picture: false, answer }];
}

function webVid(record: JsonRecord): readonly ForeignExample[] {
  const [id, name, page] = ['videoid', 'name', 'page_dir'].map((key) => textOf(record, key));
  const answer = webVidCaption(name ?? '');
  if (id === undefined || answer === '') return [];
  const media = page === undefined ? id : `${page}/${id}`;
  return [{ media, extensions: VIDEO_EXTENSIONS, subtitles: [], picture: false, answer }];
}

function alignment(record: JsonRecord): readonly ForeignExample[] {
  const [id, answer] = ['image_id', 'caption'].map((name) => textOf(record, name));
  if (id === undefined || answer === undefined) return [];
  return [{ media: id, extensions: PICTURE_EXTENSIONS, subtitles: [], picture: true, answer }];
}

/** Returns an example for each question and answer of a conversation about one file. */
function llava(record: JsonRecord): readonly ForeignExample[] {
  const video = textOf(record, 'video');
  const media = video ?? textOf(record, 'image');
  const turns = Array.isArray(record.conversations) ? record.conversations.filter(isRecord) : [];
  if (media === undefined) return [];
  const examples: ForeignExample[] = [];
  for (const [i, turn] of turns.entries()) {
    const reply = turns[i + 1];
    if (reply === undefined || !/^(?:human|user)$/.test(String(turn.from))) continue;
    if (!/^(?:gpt|assistant)$/.test(String(reply.from))) continue;
    const question = withoutMarks(textOf(turn, 'value') ?? '');
    const answer = textOf(reply, 'value');
    if (question === '' || answer === undefined) continue;
    const subtitles = [`${media.replace(/\.\w+$/, '')}.vtt`];
    examples.push({ media, extensions: [], subtitles, picture: video === undefined, question, answer });
  }
  return examples;
}

/** Parses lines of a path, a tab and a caption, or of JSON with `file` and `caption`. */
function parsePairs(text: string): ForeignDataSet {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const examples = lines.flatMap((line): readonly ForeignExample[] => {
    let [media, answer] = line.split('\t').map((part) => part.trim());
    if (line.trimStart().startsWith('{')) {
      try {
        const record: unknown = JSON.parse(line);
        [media, answer] = isRecord(record) ? [textOf(record, 'file'), textOf(record, 'caption')] : [];
      } catch {
        return [];
      }
    }
    if (!media || !answer || !isBelow(media)) return [];
    const picture = PICTURE_EXTENSIONS.some((extension) => media.toLowerCase().endsWith(`.${extension}`));
    return [{ media, extensions: [], subtitles: [], picture, answer }];
  });
  return { examples, unusable: lines.length - examples.length };
}

const READERS: Readonly<
  Record<
    Exclude<ImportFormat, 'pairs'>,
    { readonly expected: string; readonly read: (record: JsonRecord) => readonly ForeignExample[] }
  >
> = {
  'video-instruct': { expected: 'a list of {"video_id", "q", "a"}', read: videoInstruct },
  cmd: { expected: 'a list of {"image_id", "caption"}', read: cmd },
  webvid: { expected: 'a list of {"videoid", "name", "page_dir"}', read: webVid },
  llava: { expected: 'a list of {"image" or "video", "conversations"}', read: llava },
  'cc-sbu-align': { expected: '{"annotations": [{"image_id", "caption"}]}', read: alignment },
};

/**
 * Parses the annotations of a foreign data set. A record that is incomplete, or whose path leads out of its
 * folder, is counted and left out. Throws DataSetFormatError if the file is of another format.
 */
export function parseDataSet(format: ImportFormat, text: string): ForeignDataSet {
  if (format === 'pairs') return parsePairs(text);
  const { expected, read } = READERS[format];
  let unusable = 0;
  const examples = parseRecords(text, expected).flatMap((record) => {
    const found = isRecord(record) ? read(record).filter(({ media }) => isBelow(media)) : [];
    if (found.length === 0) unusable += 1;
    return found;
  });
  return { examples, unusable };
}
