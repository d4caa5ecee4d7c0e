import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { agentOf, callTool } from '../support/agent.ts';
import { goldfish, sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { openaiServer } from '../support/openai-server.ts';

const media = (seconds: number) => ({
  seconds,
  video: {
    width: 64,
    height: 48,
    fps: 1,
    draw: (canvas: Parameters<typeof fill>[0]) => fill(canvas, [9, 90, 20]),
  },
});

const DAY_MS = 86_400_000;

/** A folder with a recent talk, an old one, and one without text. */
async function meetings() {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const add = async (name: string, seconds: number, daysAgo: number, words?: string) => {
    const path = join(folder, name);
    await makeMedia(path, media(seconds));
    if (words !== undefined)
      writeFileSync(path.replace('.mp4', '.vtt'), `WEBVTT\n\n00:02.000 --> 00:05.000\n${words}\n`);
    const time = new Date(Date.now() - daysAgo * DAY_MS);
    utimesSync(path, time, time);
    return path;
  };
  const recent = await add('plan [v2].mp4', 8, 2, 'The new harbour *bridge* opens in October at last.');
  await add('budget.mp4', 9, 40, 'We spend four thousand euros on the harbour lights.');
  await add('silent.mp4', 7, 1);
  assert.equal((await goldfish(box, 'index', folder)).code, 0);
  return { box, folder, recent };
}

test('given indexed videos, when a digest is requested without a model, then it quotes each with a link to its second', async (t) => {
  const { box, folder, recent } = await meetings();
  t.after(() => goldfish(box, 'stop'));

  const { code, stdout, stderr } = await goldfish(box, 'digest', folder);
  assert.equal(code, 0, stderr);
  const [title, ...sections] = stdout.split('\n## ');
  assert.match(title ?? '', /^# 2 videos, \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/);
  assert.match(
    sections[0] ?? '',
    /^\[budget\].*\n\n[\d-]+, 0:09\n\n- “We spend four thousand euros .*” \[0:02\]\(file:.*budget\.mp4#t=2,5\)/,
  );
  assert.match(sections[1] ?? '', /^\[plan \\\[v2\\\]\].*\n\n.*\n\n- “The new harbour \\\*bridge\\\* opens/);
  assert.match(stdout, /No text is known yet of: .*silent\.mp4\.$/m);

  const file = join(box.folder, 'week.md');
  assert.equal((await goldfish(box, 'digest', '--week', '-o', file)).code, 0);
  const week = readFileSync(file, 'utf8');
  assert.match(week, /^# plan \\\[v2\\\]/);
  assert.doesNotMatch(week, /budget/);
  assert.equal((await goldfish(box, 'digest', recent, '-o', file)).code, 1, 'a file is not overwritten');
  const none = await goldfish(box, 'digest', '--before', '2001-01-01');
  assert.equal(none.code, 1);
  assert.match(none.stderr, /No indexed video matches/);

  const agent = await agentOf(box);
  t.after(() => agent.close());
  const result = await callTool(agent, 'digest_videos', { in: [recent] });
  const { videos, text } = result.structuredContent as { videos: number; text: string };
  assert.equal(videos, 1);
  assert.match(text, /harbour/);
});

test('given a model that writes answers, when a digest is requested, then only its cited sentences are used; if it fails, quotes are', async (t) => {
  const { box, recent } = await meetings();
  t.after(() => goldfish(box, 'stop'));
  let prompts = 0;
  const server = await openaiServer({
    model: 'm',
    answer: () => {
      prompts += 1;
      return ['The bridge opens in October [1]. ', 'It will rain.'];
    },
  });
  t.after(() => server.close());
  assert.equal((await goldfish(box, 'settings', 'set', 'models.answerer', `${server.baseUrl}#m`)).code, 0);

  const written = await goldfish(box, 'digest', recent);
  assert.equal(written.code, 0, written.stderr);
  assert.match(written.stdout, /, summarised by m\n\n- The bridge opens in October\. \[0:00\]\(file:/);
  assert.doesNotMatch(written.stdout, /rain/);
  const asked = prompts;
  await goldfish(box, 'digest', recent);
  assert.equal(prompts, asked, 'a summary is stored');
  assert.match((await goldfish(box, 'digest', recent, '--quotes')).stdout, /- “The new harbour/);

  await server.close();
  const failed = await goldfish(box, 'digest', '--after', '2001-01-01', '--json');
  assert.equal(failed.code, 0, failed.stderr);
  const { videos, note, text } = JSON.parse(failed.stdout);
  assert.equal(videos, 2);
  assert.match(note, /^m did not answer, so the rest is quotes: /);
  assert.match(text, /“We spend four thousand euros/);
  assert.ok(text.includes(pathToFileURL(recent).href.replaceAll('(', '%28')));
});
