// How long a question that is in a model's hands takes to end once it is cancelled, and the model to let go of it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { scenes, sceneVideo } from '../support/tiny-scenes.ts';
import { at, rounded, row } from './timing.ts';

const LOOK_MS = 5;
const SPEECH = [
  'The budget of the harbour belongs to Ana until the end of the year.',
  'She pays twelve euros for each of the boats that are repaired there.',
  'What is left of it goes to the people who clean the water in spring.',
];
const QUESTION = 'Who owns the budget of the harbour?';

/** Lines of the log so far that tell of one thing, with their times, ms since 1970. */
function logged(file, what) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${what} `))
    .map((line) => Number(line.split(' ')[1]));
}

/**
 * Cancels questions, every other one while the model reads its prompt, the rest while it writes. Times in ms, from the
 * cancellation to its answer and to the end of the model's work.
 */
export async function cancelledQuestions(folder, count) {
  const box = sandbox();
  const busy = join(box.folder, 'busy');
  const preload = pathToFileURL(join(import.meta.dirname, 'busy-log.mjs')).href;
  const env = { ...box.env, NODE_OPTIONS: `--import=${preload}?file=${encodeURIComponent(busy)}` };
  const videos = join(box.folder, 'videos');
  mkdirSync(videos);
  writeFileSync(join(folder, 'goldfish.json'), JSON.stringify({ words: 150, tokens: 60 }));
  const speech = SPEECH.map((text, i) => ({ startMs: i * 4000, endMs: i * 4000 + 3900, text }));
  await sceneVideo(join(videos, 'talk.mp4'), scenes(3), { seconds: 5, speech });
  const daemon = await startDaemon({ ...box, env });
  const client = await daemon.client();
  const set = (key, value) => client.result('goldfish/settings/set', { key, value });
  const [ends, reading, writing] = [[], [], []];
  try {
    await set('screenText.enabled', false);
    await set('models.device', 'cpu');
    await set('models.answerer', folder);
    await client.result('goldfish/index', { uris: [pathToFileURL(videos).href], keep: true });
    // Loads the model.
    await client.result('goldfish/ask', { question: QUESTION });
    if (logged(busy, 'text').length === 0) throw new Error('the model was not asked');
    for (let i = 0; i < count; i += 1) {
      const inPrompt = i % 2 === 0;
      const sign = inPrompt ? 'begin' : 'text';
      const [signs, stops] = [logged(busy, sign).length, logged(busy, 'end').length];
      const asked = client.start('goldfish/ask', { question: QUESTION });
      while (logged(busy, sign).length === signs) await pause(LOOK_MS);
      // Anywhere in the step that is under way.
      await pause(20 * (i % 10));
      const start = performance.timeOrigin + performance.now();
      client.notify('$/cancelRequest', { id: asked.id });
      const { error } = await asked.answer;
      const end = performance.timeOrigin + performance.now();
      if (error?.code !== -32800) throw new Error(`not cancelled: ${JSON.stringify(error)}`);
      ends.push(end - start);
      while (logged(busy, 'end').length === stops) await pause(LOOK_MS);
      (inPrompt ? reading : writing).push((logged(busy, 'end').at(-1) ?? Number.NaN) - start);
    }
  } finally {
    daemon.child.kill();
    await daemon.exit;
  }
  return { ends, reading, writing };
}

/** Rows of `cancelledQuestions`. */
export async function questionRows(folder, count) {
  const { ends, reading, writing } = await cancelledQuestions(folder, count);
  const name = 'end of a question cancelled in the hands of the answerer';
  return [
    row(`${name}, p50 of ${count}`, rounded(at(ends, 0.5)), 'ms'),
    row(`${name}, p99`, rounded(at(ends, 0.99)), 'ms', '<= 50'),
    row(
      'the model lets go of it while writing, p50 and at most',
      rounded(at(writing, 0.5), 0),
      `and ${rounded(at(writing, 1), 0)} ms`,
    ),
    row(
      'the same while it reads the prompt',
      rounded(at(reading, 0.5), 0),
      `and ${rounded(at(reading, 1), 0)} ms`,
    ),
  ];
}
