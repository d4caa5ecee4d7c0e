// Renders the files in demo/videos again: `node demo/render.ts`.
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeMedia } from '../test/support/make-media.ts';
import { aquarium } from './aquarium.ts';
import { lecture, lectureSrt } from './lecture.ts';
import { terminal } from './terminal.ts';

const videos = join(import.meta.dirname, 'videos');
const files = {
  'goldfish-memory-lecture.mp4': lecture,
  'freeing-a-full-disk.mp4': terminal,
  'aquarium.webm': aquarium,
};

for (const [name, spec] of Object.entries(files)) {
  const path = join(videos, name);
  await makeMedia(path, spec());
  console.log(`${name}: ${Math.round(statSync(path).size / 1000)} kB`);
}
writeFileSync(join(videos, 'goldfish-memory-lecture.en.srt'), lectureSrt());
