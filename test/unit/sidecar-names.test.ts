import assert from 'node:assert/strict';
import test from 'node:test';
import { isTextSidecar, SidecarOwners } from '../../server/src/core/library/sidecar-matching.ts';

const owners = (videos: readonly string[], sidecar: string): readonly string[] => {
  const stems = new SidecarOwners<string>();
  for (const video of videos) stems.add(video, video);
  return stems.findOwners(sidecar);
};

test('given a recording by Zoom, when its transcript is in the same folder, then it belongs to the recording', () => {
  const gmt = 'GMT20260101-100000_Recording';
  const video = `${gmt}_1920x1080.mp4`;
  for (const name of [
    `${gmt}.transcript.vtt`,
    `${gmt}.cc.vtt`,
    `${gmt}_1920x1080.en.vtt`,
    `subs/${gmt}.transcript.vtt`,
  ]) {
    assert.deepEqual(owners([video, 'talk.mp4'], name), [video], name);
  }
  const gallery = `${gmt}_gallery_1920x1080.mp4`;
  const sound = `${gmt}.m4a`;
  assert.deepEqual(owners([video, gallery, sound], `${gmt}.transcript.vtt`), [video, gallery, sound]);
  const other = 'GMT20260102-100000_Recording_1920x1080.mp4';
  assert.deepEqual(owners([video, other], `${gmt}.transcript.vtt`), [video]);
  assert.deepEqual(owners(['talk_1920x1080.mp4'], 'talk.vtt'), [], 'only Zoom writes so');
});

test('given names that write accents in two ways, when a sidecar is matched, then they are one name', () => {
  const composed = 'Café Zoë'.normalize('NFC');
  const split = 'Café Zoë'.normalize('NFD');
  assert.deepEqual(owners([`${split}.mp4`], `${composed}.en.srt`), [`${split}.mp4`]);
  assert.deepEqual(owners([`${composed}.mp4`], `${split}.srt`), [`${composed}.mp4`]);
  assert.deepEqual(owners([`${composed}.mp4`, 'b.mp4'], `Subs/${split}/2_English.srt`), [`${composed}.mp4`]);
  assert.deepEqual(owners([`${composed}.mp4`], `${split.toUpperCase()}.SRT`), [`${composed}.mp4`]);
});

test('given files beside a video, when subtitles are looked for, then notes of programs are none', () => {
  const names = new Set(['a.idx', 'a.sub', 'b.sub']);
  const found = ['a.srt', 'a.smi', 'a.ttml', 'a.en.json3', 'a.json', 'a.tsv', 'a.sup', 'a.idx', 'b.sub'];
  for (const name of found) assert.equal(isTextSidecar(name, names), true, name);
  const others = ['a.sub', 'a.info.json', 'a.live_chat.json', 'a.txt', 'a.nfo', 'a.json.part'];
  for (const name of others) assert.equal(isTextSidecar(name, names), false, name);
});
