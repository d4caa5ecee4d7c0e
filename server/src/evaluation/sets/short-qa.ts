import { z } from 'zod';
import { type Entry, type Problems, readEntries, textOrNumber, uniqueIds } from './read-entries.ts';
import type { ParsedItem, ParsedSet, SetAdapter, SetFile, SetVideo } from './set-adapter.ts';

const shortQuestion = z.object({
  question: z.string().min(1),
  answer: textOrNumber,
  video_id: textOrNumber.optional(),
  gif_name: z.string().optional(),
});
type ShortQuestion = z.output<typeof shortQuestion>;

/** Builds a set of one question, one answer and one video an entry. */
function toShortSet(
  setId: string,
  entries: readonly Entry<ShortQuestion>[],
  toStems: (id: string) => readonly string[],
  labelsOf: (entry: Entry<ShortQuestion>) => ParsedItem['labels'],
  problems: Problems,
): ParsedSet {
  const items: ParsedItem[] = [];
  for (const entry of entries) {
    const { question, answer, video_id, gif_name } = entry.value;
    const video = video_id ?? gif_name;
    if (video === undefined) problems.push(`Entry ${entry.at} names no video.`);
    else
      items.push({
        id: `${setId}:${entry.at}`,
        video,
        task: 'open',
        question,
        gold: { text: answer },
        labels: labelsOf(entry),
      });
  }
  return { items, videos: toFileVideos(items, toStems), problems };
}

/** Returns a video of kind `file` for each id that items name. */
export function toFileVideos(
  items: readonly Pick<ParsedItem, 'video'>[],
  toStems: (id: string) => readonly string[] = (id) => [id],
): readonly SetVideo[] {
  return uniqueIds(items.map(({ video }) => video)).map((id) => ({
    id,
    sources: [{ kind: 'file', stems: toStems(id) }],
    subtitleStems: toStems(id),
  }));
}

const annotations = (...patterns: readonly string[]) =>
  [{ role: 'questions', patterns, folder: 'annotations', required: true }] as const;

/** The original MSVD-QA counts its videos (`vid1301`); a mapping leads to the names of the files. */
const msvdMapping = (files: readonly SetFile[] | undefined): ReadonlyMap<string, string> =>
  new Map(
    (files ?? []).flatMap(({ text }) =>
      text.split('\n').flatMap((line) => {
        const [name, id] = line.trim().split(/\s+/);
        return name && id ? [[id.replace(/^vid/, ''), name] as const] : [];
      }),
    ),
  );

export const msvdQa: SetAdapter = {
  id: 'msvd-qa',
  title: 'MSVD-QA',
  task: 'open',
  size: '13,157 questions (test), 6,415 (validation)',
  licence: 'Research use; videos are of YouTube',
  source: 'https://github.com/xudejing/video-question-answering',
  files: [
    ...annotations('test_qa.json', 'val_qa.json', 'msvd*.json', 'annotations.json'),
    { role: 'mapping', patterns: ['youtube_mapping.txt'], folder: 'annotations', required: false },
  ],
  paper: { table: 'short', column: 'MSVD' },
  parse(files) {
    const problems: Problems = [];
    const mapping = msvdMapping(files.get('mapping'));
    const toStems = (id: string) => {
      const name = mapping.get(id);
      return [...(name ? [name] : []), id, `vid${id}`];
    };
    return toShortSet(
      'msvd-qa',
      readEntries(files.get('questions'), shortQuestion, problems),
      toStems,
      () => ({}),
      problems,
    );
  },
};

export const msrvttQa: SetAdapter = {
  id: 'msrvtt-qa',
  title: 'MSRVTT-QA',
  task: 'open',
  size: '72,821 questions (test), 12,278 (validation)',
  licence: 'Research use; videos are of YouTube',
  source: 'https://github.com/xudejing/video-question-answering',
  files: annotations('test_qa.json', 'val_qa.json', 'msrvtt*.json', 'annotations.json'),
  paper: { table: 'short', column: 'MSRVTT' },
  parse(files) {
    const problems: Problems = [];
    const entries = readEntries(files.get('questions'), shortQuestion, problems);
    // The original has 9001, copies have `video9001`.
    const toStems = (id: string) => (/^\d+$/.test(id) ? [`video${id}`, id] : [id]);
    return toShortSet('msrvtt-qa', entries, toStems, () => ({}), problems);
  },
};

/** Reads the original TSV: a header line, then one question a line. */
function readTsv(files: readonly SetFile[] | undefined, problems: Problems): readonly Entry<ShortQuestion>[] {
  const entries: Entry<ShortQuestion>[] = [];
  for (const { name, text } of files ?? []) {
    const [header = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
    const columns = header.trim().split('\t');
    for (const [i, line] of lines.entries()) {
      const cells = line.replace(/\r$/, '').split('\t');
      const value = Object.fromEntries(columns.map((column, at) => [column, cells[at]]));
      const parsed = shortQuestion.safeParse(value);
      if (parsed.success) entries.push({ value: parsed.data, at: entries.length });
      else problems.push(`${name}, line ${i + 2} has no question, answer and gif_name.`);
    }
  }
  return entries;
}

export const tgifFrameQa: SetAdapter = {
  id: 'tgif-frameqa',
  title: 'TGIF-QA FrameQA',
  task: 'open',
  size: '13,691 questions (test)',
  licence: 'Research use; GIFs are of Tumblr',
  source: 'https://github.com/YunseokJANG/tgif-qa',
  files: annotations(
    'Test_frameqa_question.json',
    'Test_frameqa_question.csv',
    'tgif*.json',
    'annotations.json',
  ),
  paper: { table: 'short', column: 'TGIF' },
  parse(files) {
    const problems: Problems = [];
    const all = files.get('questions') ?? [];
    const isJson = (file: SetFile) => /\.jsonl?$/i.test(file.name);
    const entries = [
      ...readEntries(all.filter(isJson), shortQuestion, problems),
      ...readTsv(
        all.filter((file) => !isJson(file)),
        problems,
      ),
    ];
    return toShortSet(
      'tgif-frameqa',
      entries,
      (id) => [id],
      () => ({}),
      problems,
    );
  },
};

const activityQuestion = z.object({
  question: z.string().min(1),
  video_name: z.string(),
  question_id: z.string(),
});
const activityAnswer = z.object({
  answer: textOrNumber,
  type: textOrNumber.optional(),
  question_id: z.string(),
});

/** Names of the answer types of ActivityNet-QA. */
const ACTIVITY_TYPES: Readonly<Record<string, string>> = {
  0: 'motion',
  1: 'spatial',
  2: 'temporal',
  3: 'yes/no',
  4: 'colour',
  5: 'object',
  6: 'location',
  7: 'number',
  8: 'other',
};

/** The original has two files, which belong together by question_id. Video-ChatGPT joins them by position. */
function joinActivityFiles(
  files: ReadonlyMap<string, readonly SetFile[]>,
  problems: Problems,
): { readonly entries: readonly Entry<ShortQuestion>[]; readonly types: ReadonlyMap<number, string> } {
  const answers = new Map(
    readEntries(files.get('answers'), activityAnswer, problems).map(({ value }) => [
      value.question_id,
      value,
    ]),
  );
  const types = new Map<number, string>();
  const entries = readEntries(files.get('originals'), activityQuestion, problems).flatMap(({ value, at }) => {
    const answer = answers.get(value.question_id);
    if (answer === undefined) {
      problems.push(`Question ${value.question_id} has no answer.`);
      return [];
    }
    const type = ACTIVITY_TYPES[answer.type ?? ''];
    if (type !== undefined) types.set(at, type);
    return [{ at, value: { question: value.question, answer: answer.answer, video_id: value.video_name } }];
  });
  return { entries, types };
}

export const activityNetQa: SetAdapter = {
  id: 'activitynet-qa',
  title: 'ActivityNet-QA',
  task: 'open',
  size: '8,000 questions (test)',
  licence: 'See the source; videos are of YouTube',
  source: 'https://github.com/MILVLG/activitynet-qa',
  files: [
    { role: 'originals', patterns: ['test_q.json', 'val_q.json'], folder: 'annotations', required: false },
    { role: 'answers', patterns: ['test_a.json', 'val_a.json'], folder: 'annotations', required: false },
    {
      role: 'questions',
      patterns: ['activitynet*.json', 'annotations.json'],
      folder: 'annotations',
      required: false,
    },
  ],
  paper: { table: 'short', column: 'ActivityNet' },
  parse(files) {
    const problems: Problems = [];
    const joined = joinActivityFiles(files, problems);
    const entries =
      joined.entries.length > 0
        ? joined.entries
        : readEntries(files.get('questions'), shortQuestion, problems);
    if (entries.length === 0)
      problems.push('Neither test_q.json with test_a.json nor annotations.json was found.');
    const toStems = (id: string) => (id.startsWith('v_') ? [id, id.slice(2)] : [`v_${id}`, id]);
    const labelsOf = ({ at }: Entry<ShortQuestion>): ParsedItem['labels'] => {
      const type = joined.types.get(at);
      return type === undefined ? {} : { type };
    };
    return toShortSet('activitynet-qa', entries, toStems, labelsOf, problems);
  },
};
