import { join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';

/** The folder that `start` shows where none is given. */
export function demoVideosFolder(): string {
  return join(packageRoot(), 'demo', 'videos');
}

export const SAMPLE_QUESTION = 'How long does a goldfish remember?';

/** Further questions that the demo's videos answer: by screen text, a description and a terminal. */
export const EXTRA_QUESTIONS = [
  'Where is the next lecture?',
  'When is the fish fed?',
  'How much disk space was freed?',
];
