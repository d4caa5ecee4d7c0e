// Renders the files in demo/videos again: `node demo/render.ts`, or only those named: `node demo/render.ts aquarium.webm`.
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeMedia } from '../test/support/make-media.ts';
import { aquarium } from './aquarium.ts';
import { ferryFilm } from './ferry-film.ts';
import { lecture, lectureSrt } from './lecture.ts';
import { radioShow } from './radio-show.ts';
import { terminal } from './terminal.ts';

const videos = join(import.meta.dirname, 'videos');
const files = {
  'goldfish-memory-lecture.mp4': lecture,
  'freeing-a-full-disk.mp4': terminal,
  'aquarium.webm': aquarium,
  'last-ferry.webm': ferryFilm,
  'harbour-radio.webm': radioShow,
};

const wanted = process.argv.slice(2);
for (const [name, spec] of Object.entries(files)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const path = join(videos, name);
  await makeMedia(path, spec());
  console.log(`${name}: ${Math.round(statSync(path).size / 1000)} kB`);
}
writeFileSync(join(videos, 'goldfish-memory-lecture.en.srt'), lectureSrt());
