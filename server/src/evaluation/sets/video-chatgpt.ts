import { z } from 'zod';
import { type Problems, readEntries } from './read-entries.ts';
import type { ParsedItem, SetAdapter, SetFile } from './set-adapter.ts';
import { toFileVideos } from './short-qa.ts';

const genericQuestion = z.object({ Q: z.string().min(1), A: z.string(), video_name: z.string() });
const consistencyQuestion = z.object({
  Q1: z.string().min(1),
  Q2: z.string().min(1),
  A: z.string(),
  video_name: z.string(),
});

const LICENCE = 'See the source; 500 videos of ActivityNet';
const SOURCE = 'https://mbzuai-oryx.github.io/Video-ChatGPT';

const questionFile = (...patterns: readonly string[]) =>
  [{ role: 'questions', patterns, folder: 'annotations', required: true }] as const;

function parseGeneric(setId: string, files: ReadonlyMap<string, readonly SetFile[]>, axis: string) {
  const problems: Problems = [];
  const items = readEntries(files.get('questions'), genericQuestion, problems).map(
    ({ value, at }): ParsedItem => ({
      id: `${setId}:${at}`,
      video: value.video_name,
      task: 'axis',
      question: value.Q,
      gold: { text: value.A },
      labels: { axis },
    }),
  );
  return { items, videos: toFileVideos(items), problems };
}

/** An axis that reads the generic questions. Three axes judge the same answers, so they share predictions' keys. */
function genericAxis(axis: string, column: string): SetAdapter {
  const id = `video-chatgpt-${axis}`;
  return {
    id,
    title: `Video-ChatGPT, ${column.toLowerCase()}`,
    task: 'axis',
    size: 'about 2,000 questions on 500 videos',
    licence: LICENCE,
    source: SOURCE,
    files: questionFile('generic_qa.json', 'annotations.json'),
    paper: { table: 'axes', column },
    parse: (files) => parseGeneric(id, files, axis),
  };
}

export const videoChatGptCorrectness = genericAxis('correctness', 'Correctness');
export const videoChatGptDetail = genericAxis('detail', 'Detail');
export const videoChatGptContext = genericAxis('context', 'Context');

export const videoChatGptTemporal: SetAdapter = {
  id: 'video-chatgpt-temporal',
  title: 'Video-ChatGPT, temporal order',
  task: 'axis',
  size: '499 questions',
  licence: LICENCE,
  source: SOURCE,
  files: questionFile('temporal_qa.json', 'annotations.json'),
  paper: { table: 'axes', column: 'Temporal' },
  parse: (files) => parseGeneric('video-chatgpt-temporal', files, 'temporal'),
};

export const videoChatGptConsistency: SetAdapter = {
  id: 'video-chatgpt-consistency',
  title: 'Video-ChatGPT, consistency',
  task: 'axis',
  size: '499 pairs of questions',
  licence: LICENCE,
  source: SOURCE,
  files: questionFile('consistency_qa.json', 'annotations.json'),
  paper: { table: 'axes', column: 'Consistency' },
  parse(files) {
    const problems: Problems = [];
    const items = readEntries(files.get('questions'), consistencyQuestion, problems).map(
      ({ value, at }): ParsedItem => ({
        id: `video-chatgpt-consistency:${at}`,
        video: value.video_name,
        task: 'axis',
        question: value.Q1,
        pairedQuestion: value.Q2,
        gold: { text: value.A },
        labels: { axis: 'consistency' },
      }),
    );
    return { items, videos: toFileVideos(items), problems };
  },
};
