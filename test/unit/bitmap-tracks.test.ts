import assert from 'node:assert/strict';
import test from 'node:test';
import type { StreamInfo } from '../../server/src/core/domain/video.ts';
import { createBitmapDecoder } from '../../server/src/core/media/bitmap-decoders.ts';
import { describeUnreadBitmaps, listReadBitmapTracks } from '../../server/src/core/pipeline/bitmap-tracks.ts';

const track = (index: number, codec: string, language?: string): StreamInfo => ({
  index,
  kind: 'subtitle',
  codec,
  textual: codec === 'subrip',
  ...(language === undefined ? {} : { language }),
});
const english = { enabled: true, languages: ['eng'] };
const readIndexes = (streams: readonly StreamInfo[], settings = english) =>
  listReadBitmapTracks({ streams }, settings).map(({ index }) => index);
const unread = (streams: readonly StreamInfo[], settings = english) =>
  describeUnreadBitmaps({ streams }, settings);

test('given bitmap tracks in several languages, when they are chosen, then those of the reader are read', () => {
  const streams = [
    track(2, 'hdmv_pgs_subtitle', 'en-GB'),
    track(3, 'hdmv_pgs_subtitle', 'de'),
    track(4, 'dvd_subtitle'),
    track(5, 'subrip', 'en'),
    track(6, 'dvb_subtitle', 'en'),
    track(7, 'dvb_teletext', 'en'),
  ];
  assert.deepEqual(readIndexes(streams), [2, 4, 6]);
  assert.deepEqual(readIndexes(streams, { enabled: true, languages: ['deu', 'chi_sim'] }), [3, 4]);
  assert.deepEqual(readIndexes(streams, { ...english, enabled: false }), []);
  assert.equal(unread(streams), undefined);
});

test('given each codec of bitmap subtitles that is chosen, when its decoder is created, then there is one', () => {
  for (const codec of ['hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'xsub', 'dvb_teletext']) {
    const hasDecoder = createBitmapDecoder(codec, { extradata: new Uint8Array(0), tag: '' }) !== undefined;
    assert.equal(readIndexes([track(1, codec)]).length === 1, hasDecoder, codec);
  }
});

test('given many bitmap tracks, when they are chosen, then only the first ones are read', () => {
  const streams = Array.from({ length: 30 }, (_, index) => track(index, 'hdmv_pgs_subtitle', 'en'));
  assert.equal(readIndexes(streams).length, 4);
});

test('given bitmap tracks of which none is read, when that is described, then it says why and what to do', () => {
  const german = [track(2, 'dvd_subtitle', 'de'), track(3, 'dvd_subtitle', 'fr')];
  assert.deepEqual(unread(german), {
    kind: 'unsupportedCodec',
    reason: 'Its 2 tracks of subtitles are pictures and were not read: no text recogniser for de in use.',
    remedy: 'Add the language to screenText.languages.',
  });
  assert.match(
    unread([track(2, 'dvb_teletext', 'en')])?.reason ?? '',
    /not read: no reader for dvb_teletext\.$/,
  );
  const off = unread([track(2, 'dvd_subtitle')], { ...english, enabled: false });
  assert.match(off?.remedy ?? '', /screenText\.enabled/);
  assert.equal(unread([track(2, 'subrip', 'en')]), undefined);
});
