import { join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';

/** Returns the folder that `start` indexes when the user names no folder. */
export function demoVideosFolder(): string {
  return join(packageRoot(), 'demo', 'videos');
}

export const SAMPLE_QUESTION = 'How long does a goldfish remember?';

/** Lists more questions that the demo's videos answer, from screen text, a description, a terminal and a subtitle in the picture. */
export const EXTRA_QUESTIONS = [
  'Where is the next lecture?',
  'When is the fish fed?',
  'How much disk space was freed?',
  'When does the last ferry leave?',
];
