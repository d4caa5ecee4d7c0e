import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import test from 'node:test';
import { render, uriOf } from '../support/watched.ts';
import { startAttackedDaemon } from './attacked-daemon.ts';
import { type CorpusInput, readCorpus, writeSettled } from './corpus.ts';
import { mutateBytes, mutateText } from './mutate.ts';
import { soakBudget } from './soak-budget.ts';

/** A small file of each format, and of encodings beside UTF-8. */
const SEEDS: Readonly<Record<string, string>> = {
  'a.srt':
    '1\n00:00:00,500 --> 00:00:01,500\n<i>Anna:</i> The garden is green.\n\n2\n00:00:01,600 --> 00:00:02,000\nYes.\n',
  'b.vtt':
    'WEBVTT\n\nNOTE a note\n\nSTYLE\n::cue { color: red }\n\n1\n00:00.500 --> 00:01.500 align:left\n<v Anna>The garden is green.\n',
  'c.ass':
    '[Script Info]\nTitle: t\n[V4+ Styles]\nFormat: Name\nStyle: Default\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:00.50,0:00:01.50,Default,Anna,0,0,0,,{\\an8}The garden\\Nis green.\n',
  'd.smi':
    '<SAMI><HEAD><STYLE><!-- .ENCC {lang: en-US;} --></STYLE></HEAD><BODY><SYNC Start=500><P Class=ENCC>The garden<br>is green.<SYNC Start=1500><P Class=ENCC>&nbsp;</BODY></SAMI>',
  'e.ttml':
    '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0.5s" end="00:00:01.500">The <span>garden</span><br/>is green.</p></div></body></tt>',
  'f.json': '{"segments":[{"id":0,"start":0.5,"end":1.5,"text":" The garden is green."}],"language":"en"}',
  'g.sub': '{12}{37}The garden|is green.\n{40}{50}Yes.\n',
  'h.lrc': '[00:00.50]The garden is green\n[00:01.60]Yes\n',
  'i.sbv': '0:00:00.500,0:00:01.500\nThe garden is green.\n',
  'j.txt': 'Anna 00:00:00\nThe garden is green.\n\nBen 00:00:01\nYes.\n',
};

/** Files that are given to the daemon at once. */
const BATCH = 8;

test('given damaged subtitles, when each is read, then the daemon neither ends nor hangs nor stalls', async (t) => {
  const { random, hasTime } = soakBudget(t);
  const { box, client, attack, count } = await startAttackedDaemon(t);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const rendered = join(box.folder, 'video.mp4');
  await render(rendered, 40, undefined, 2);
  const video = readFileSync(rendered);
  let batches = 0;
  const attackWith = (inputs: readonly CorpusInput[]) => {
    batches += 1;
    const batch = join(folder, String(batches));
    mkdirSync(batch);
    return attack(inputs, async () => {
      for (const [at, { name, bytes }] of inputs.entries()) {
        writeSettled(join(batch, `${at}${extname(name)}`), bytes);
        writeSettled(join(batch, `${at}.mp4`), video);
      }
      await client.result('goldfish/index', { uris: [uriOf(batch)] });
      for (const at of inputs.keys())
        await client.request('goldfish/subtitles', { uri: uriOf(join(batch, `${at}.mp4`)) });
      rmSync(batch, { recursive: true });
    });
  };
  const seeds = Object.entries(SEEDS).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  await attackWith([...seeds, ...readCorpus('subtitles')]);
  const others = seeds.map(({ bytes }) => bytes);
  while (hasTime())
    await attackWith(
      Array.from({ length: BATCH }, () => {
        const { name, bytes } = random.pick(seeds);
        const text = mutateText(bytes.toString(), Object.values(SEEDS), random);
        const encoding = random.pick(['utf8', 'utf8', 'utf16le', 'latin1'] as const);
        const mutated = Buffer.from(text, encoding);
        return { name, bytes: random.below(3) === 0 ? mutateBytes(mutated, others, random) : mutated };
      }),
    );
  t.diagnostic(`${count()} files`);
});
