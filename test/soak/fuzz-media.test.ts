import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type AudioCodec, fill, makeMedia, tone, type VideoCodec } from '../support/make-media.ts';
import type { SubtitleCodec } from '../support/media-spec.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { uriOf } from '../support/watched.ts';
import { startAttackedDaemon } from './attacked-daemon.ts';
import { type CorpusInput, readCorpus, writeSettled } from './corpus.ts';
import { mutateBytes } from './mutate.ts';
import { soakBudget } from './soak-budget.ts';

/** Codecs of each file: of pictures, of sound, and of subtitles. */
const FILES: Readonly<Record<string, readonly [VideoCodec | undefined, AudioCodec, SubtitleCodec?]>> = {
  'a.mp4': ['h264', 'aac', 'mov_text'],
  'b.mkv': ['hevc', 'flac', 'ass'],
  'c.webm': ['vp9', 'opus', 'webvtt'],
  'd.ts': ['mpeg2', 'mp3'],
  'e.avi': ['mpeg4', 'pcm'],
  'f.mov': ['prores', 'pcm', 'mov_text'],
  'g.flv': ['flv1', 'mp3'],
  'h.ogv': ['theora', 'vorbis'],
  'i.wmv': ['wmv2', 'wma'],
  'j.mp3': [undefined, 'mp3'],
  'k.flac': [undefined, 'flac'],
  'l.wav': [undefined, 'pcm'],
};

/** Files that are given to the daemon at once. */
const BATCH = 8;

/** Renders a small whole file of each container. */
async function renderSeeds(): Promise<readonly CorpusInput[]> {
  const folder = join(tempFolder(), 'seeds');
  mkdirSync(folder);
  for (const [name, [video, audio, subtitles]] of Object.entries(FILES))
    await makeMedia(join(folder, name), {
      seconds: 2,
      ...(video && {
        video: { codec: video, width: 64, height: 48, draw: (canvas) => fill(canvas, [30, 90, 120]) },
      }),
      audio: { codec: audio, sample: tone(440) },
      ...(subtitles && {
        subtitles: [{ codec: subtitles, cues: [{ startMs: 100, endMs: 900, text: 'Here is a line.' }] }],
      }),
    });
  return readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

test('given damaged media, when each is indexed, then the daemon neither ends nor hangs nor stalls', async (t) => {
  const { random, hasTime } = soakBudget(t);
  const seeds = await renderSeeds();
  const { box, client, attack, count } = await startAttackedDaemon(t);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  let batches = 0;
  const attackWith = (inputs: readonly CorpusInput[]) => {
    batches += 1;
    const batch = join(folder, String(batches));
    mkdirSync(batch);
    return attack(inputs, async () => {
      for (const [at, { name, bytes }] of inputs.entries()) writeSettled(join(batch, `${at}-${name}`), bytes);
      await client.result('goldfish/index', { uris: [uriOf(batch)] });
      for (const [at, { name }] of inputs.entries())
        await client.request('goldfish/frames', {
          uri: uriOf(join(batch, `${at}-${name}`)),
          timesMs: [0, 1000],
        });
      rmSync(batch, { recursive: true });
    });
  };
  await attackWith([...seeds, ...readCorpus('media')]);
  const others = seeds.map(({ bytes }) => bytes);
  while (hasTime())
    await attackWith(
      Array.from({ length: BATCH }, () => {
        const { name, bytes } = random.pick(seeds);
        return { name, bytes: mutateBytes(bytes, others, random) };
      }),
    );
  t.diagnostic(`${count()} files`);
});
