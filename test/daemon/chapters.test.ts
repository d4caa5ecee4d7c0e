import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { agentOf, callTool } from '../support/agent.ts';
import { goldfish, sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';

const media = {
  seconds: 80,
  video: {
    width: 64,
    height: 48,
    fps: 1,
    draw: (canvas: Parameters<typeof fill>[0]) => fill(canvas, [9, 90, 20]),
  },
};

const BREAD =
  'Bread begins with a starter. The starter needs flour. Flour makes the dough elastic. Fold the dough and let it rest.';
const BEES =
  'The bees live in the hive. The queen bee stays in the hive. Bees make honey. We take the honey out of the hive.';

/** Subtitles: two subjects of four sentences twice, 5 s a sentence. */
function subtitles(): string {
  const sentences = [BREAD, BREAD, BEES, BEES].flatMap((text) => text.match(/[^.]+\./g) ?? []);
  return sentences
    .map(
      (text, i) =>
        `00:${String(i * 5).padStart(2, '0')}.000 --> 00:${String(i * 5 + 5).padStart(2, '0')}.000\n${text}\n`,
    )
    .map((cue) => cue.replaceAll(/00:(6|7|8)(\d)/g, (_, ten, one) => `01:${Number(ten) - 6}${one}`))
    .reduce((file, cue) => `${file}\n${cue}`, 'WEBVTT\n');
}

test('given an indexed talk, when its chapters are requested, then every client gets them, and those of a file win', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const talk = join(folder, 'talk (1).mp4');
  writeFileSync(join(folder, 'talk (1).vtt'), subtitles());
  await makeMedia(talk, media);
  const film = join(folder, 'film.mp4');
  writeFileSync(join(folder, 'film.vtt'), subtitles());
  await makeMedia(film, {
    ...media,
    seconds: 81,
    chapters: [
      { startMs: 0, title: 'Opening' },
      { startMs: 30_000, title: 'Ending' },
    ],
  });
  assert.equal((await goldfish(box, 'index', folder)).code, 0);

  const list = await goldfish(box, 'chapters', talk);
  assert.equal(list.code, 0, list.stderr);
  assert.match(list.stdout, /^0:00 .*(dough|flour|starter).*\n0:40 .*(hive|bee|honey).*\n$/i);
  const shown = await goldfish(box, 'show', talk);
  assert.match(shown.stdout, /0:40 {2}automatic chapter: /);

  const notes = join(box.folder, 'notes.md');
  assert.equal((await goldfish(box, 'chapters', talk, '-o', notes)).code, 0);
  const links = readFileSync(notes, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('- '));
  assert.equal(links.length, 2);
  assert.match(links[1] ?? '', /^- \[0:40 .*\]\(file:.*talk%20%281%29\.mp4#t=40,80\)$/);
  const again = await goldfish(box, 'chapters', talk, '-o', notes);
  assert.equal(again.code, 1, 'a file is not overwritten');
  const track = await goldfish(box, 'chapters', talk, '-f', 'vtt', '--json');
  assert.match(JSON.parse(track.stdout).text ?? '', /^WEBVTT\n\n00:00:00\.000 --> 00:00:40\.000\n/);

  assert.equal((await goldfish(box, 'chapters', film)).stdout, '0:00 Opening\n0:30 Ending\n');
  const metadata = await goldfish(box, 'chapters', film, '-f', 'ffmetadata');
  assert.match(metadata.stdout, /^;FFMETADATA1\n[\s\S]*START=30000\nEND=81000\ntitle=Ending/);

  const agent = await agentOf(box);
  t.after(() => agent.close());
  const browsed = await callTool(agent, 'browse_video', { video: talk, startMs: 45_000, endMs: 50_000 });
  const { chapters } = browsed.structuredContent as {
    chapters: readonly { startMs: number; automatic?: boolean }[];
  };
  assert.deepEqual(
    chapters.map(({ startMs, automatic }) => [startMs, automatic]),
    [[40_000, true]],
  );
});

test('given a video without text, when its chapters are requested, then the error says why and what to do', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const path = join(box.folder, 'silent.mp4');
  await makeMedia(path, { ...media, seconds: 5 });
  assert.equal((await goldfish(box, 'index', path)).code, 0);
  const { code, stderr } = await goldfish(box, 'chapters', path);
  assert.equal(code, 1);
  assert.match(stderr, /knows no chapters of .*silent\.mp4/);
});
