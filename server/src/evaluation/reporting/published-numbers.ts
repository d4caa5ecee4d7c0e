import type { PaperTable } from '../sets/set-adapter.ts';

/** A row of a published table. `null`: not published. */
export interface PublishedRow {
  readonly method: string;
  /** What the method saw: V for pictures, V+T with subtitles. */
  readonly modality: string;
  readonly cells: readonly (number | null)[];
  /** Columns whose training part the method was trained on. */
  readonly trainedOn?: readonly string[];
}

export interface PublishedTable {
  readonly title: string;
  /** Names of the columns. A score 0..5 has the name of its set and " score". */
  readonly columns: readonly string[];
  readonly rows: readonly PublishedRow[];
}

const V = 'V';
const VT = 'V+T';

const axes: PublishedTable = {
  title: 'Video-ChatGPT benchmark, five axes, 0 to 5',
  columns: ['Correctness', 'Detail', 'Context', 'Temporal', 'Consistency'],
  rows: [
    { method: 'LLaMA Adapter', modality: V, cells: [2.03, 2.32, 2.3, 1.98, 2.15] },
    { method: 'Video LLaMA', modality: V, cells: [1.96, 2.18, 2.16, 1.82, 1.79] },
    { method: 'Video Chat', modality: V, cells: [2.23, 2.5, 2.53, 1.94, 2.24] },
    { method: 'Video-ChatGPT', modality: V, cells: [2.4, 2.52, 2.62, 1.98, 2.37] },
    { method: 'BT-Adapter-7B', modality: V, cells: [2.68, 2.69, 3.27, 2.34, 2.46] },
    { method: 'LLaMA-VID-7B', modality: V, cells: [2.96, 3.0, 3.53, 2.46, 2.51] },
    { method: 'MiniGPT4-Video Llama2', modality: V, cells: [2.93, 2.97, 3.45, 2.47, 2.6] },
    { method: 'MiniGPT4-Video Llama2', modality: VT, cells: [3.08, 3.02, 3.57, 2.65, 2.67] },
    { method: 'MiniGPT4-Video Mistral', modality: V, cells: [2.83, 2.52, 3.01, 2.32, 2.4] },
    { method: 'MiniGPT4-Video Mistral', modality: VT, cells: [2.91, 2.57, 3.11, 2.33, 2.39] },
  ],
};

const short: PublishedTable = {
  title: 'Short videos, accuracy in % and score 0 to 5',
  columns: [
    'MSVD',
    'MSVD score',
    'MSRVTT',
    'MSRVTT score',
    'TGIF',
    'TGIF score',
    'ActivityNet',
    'ActivityNet score',
    'TVQA',
  ],
  rows: [
    { method: 'FrozenBiLM', modality: V, cells: [32.2, null, 16.8, null, 41, null, 24.7, null, 29.7] },
    { method: 'LLaMA Adapter', modality: V, cells: [54.9, 3.1, 43.8, 2.7, null, null, 34.2, 2.7, null] },
    { method: 'Video LLaMA', modality: V, cells: [51.6, 2.5, 29, 1.8, null, null, 12.4, 1.1, null] },
    { method: 'Video Chat', modality: V, cells: [56.3, 2.8, 45, 2.5, 34.4, 2.3, 26.5, 2.2, null] },
    { method: 'Video-ChatGPT', modality: V, cells: [64.9, 3.3, 49.3, 2.8, 51.4, 3.0, 35.2, 2.7, 23.35] },
    { method: 'BT-Adapter-7B', modality: V, cells: [67.7, 3.7, 57, 3.2, null, null, 45.7, 3.2, null] },
    { method: 'LLaMA-VID-7B', modality: V, cells: [69.7, 3.7, 57.7, 3.2, null, null, 47.4, 3.3, null] },
    {
      method: 'MiniGPT4-Video Llama2',
      modality: V,
      cells: [72.93, 3.84, 58.83, 3.29, 67.9, 3.71, 45.85, 3.23, 36.45],
    },
    {
      method: 'MiniGPT4-Video Llama2',
      modality: VT,
      cells: [72.93, 3.84, 59.73, 3.3, 67.9, 3.71, 46.3, 3.4, 46.94],
    },
    {
      method: 'MiniGPT4-Video Mistral',
      modality: V,
      cells: [73.92, 4.06, 58.26, 3.52, 72.22, 4.08, 44.25, 3.35, 33.9],
    },
    {
      method: 'MiniGPT4-Video Mistral',
      modality: VT,
      cells: [73.92, 4.06, 58.68, 3.53, 72.22, 4.08, 44.38, 3.36, 54.21],
    },
  ],
};

const long: PublishedTable = {
  title: 'Long videos, accuracy in % and score 0 to 5',
  columns: [
    'LLaMA-Vid',
    'LLaMA-Vid score',
    'MovieChat',
    'MovieChat score',
    'MovieQA',
    'MovieQA score',
    'TVQA-Long',
    'TVQA-Long score',
  ],
  rows: [
    { method: 'LLaMA-VID', modality: V, cells: [20.68, 2.41, 53.2, 3.81, 24.42, 2.19, 24.63, 2.16] },
    { method: 'MovieChat', modality: V, cells: [11.71, 1.45, null, null, 16.18, 1.68, 5.0, 0.86] },
    { method: 'Goldfish (paper)', modality: V, cells: [23.09, 2.19, 67.6, 4.23, 28.49, 2.8, 28.61, 2.78] },
    {
      method: 'LLaMA-VID',
      modality: VT,
      cells: [41.4, 3.07, null, null, 37.65, 3.03, 26.86, 2.21],
      trainedOn: ['LLaMA-Vid', 'MovieQA'],
    },
    {
      method: 'Goldfish (paper)',
      modality: VT,
      cells: [31.49, 2.48, null, null, 35.24, 3.1, 41.78, 3.21],
    },
  ],
};

/** Numbers of the reference's paper. Nobody has reproduced them: see docs/evaluation.md. */
export const PUBLISHED_TABLES: Readonly<Record<PaperTable, PublishedTable>> = { axes, short, long };
