import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDateInName } from '../../server/src/core/library/file-name-date.ts';

const local = (...parts: readonly [number, number, number, number?, number?, number?]) => {
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts;
  return new Date(year, month - 1, day, hour, minute, second).getTime();
};

test('given file names of cameras, phones and recorders, when their date is read, then it is right', () => {
  const cases: Readonly<Record<string, number>> = {
    'VID_20230501_101522.mp4': local(2023, 5, 1, 10, 15, 22),
    'IMG_20230501_101522123.mp4': local(2023, 5, 1, 10, 15, 22),
    '20230501_101522.mp4': local(2023, 5, 1, 10, 15, 22),
    'Screen Recording 2026-11-12 at 14.03.22.mov': local(2026, 11, 12, 14, 3, 22),
    'Screen Recording 2026-11-12 at 2.03.22\u202FPM.mov': local(2026, 11, 12, 14, 3, 22),
    'Bildschirmaufnahme 2026-11-12 um 14.03.22.mov': local(2026, 11, 12, 14, 3, 22),
    'PXL_20230501_101522123.TS.mp4': Date.UTC(2023, 4, 1, 10, 15, 22),
    'PXL_20230501_101522123.mp4': Date.UTC(2023, 4, 1, 10, 15, 22),
    'VID-20230501-WA0007.mp4': local(2023, 5, 1),
    'WhatsApp Video 2023-05-01 at 10.15.22.mp4': local(2023, 5, 1, 10, 15, 22),
    'WhatsApp Video 2023-05-01 at 10.15.22 AM (1).mp4': local(2023, 5, 1, 10, 15, 22),
    'GMT20230501-101522_Recording_1920x1080.mp4': Date.UTC(2023, 4, 1, 10, 15, 22),
    'GMT20230501-101522_Recording.m4a': Date.UTC(2023, 4, 1, 10, 15, 22),
    'video1234567890_2023-05-01.mp4': local(2023, 5, 1),
    '2023-05-01 10-15-22.mkv': local(2023, 5, 1, 10, 15, 22),
    'DJI_20230501101522_0001_D.MP4': local(2023, 5, 1, 10, 15, 22),
    'Meeting-20230501_101522-Meeting Recording.mp4': local(2023, 5, 1, 10, 15, 22),
    'holiday 01.05.2023.mp4': local(2023, 5, 1),
    '2023.05.01 party.mp4': local(2023, 5, 1),
  };
  for (const [name, moment] of Object.entries(cases)) assert.equal(parseDateInName(name), moment, name);
});

test('given other digits in a name, when a date is looked for, then there is none', () => {
  for (const name of [
    'talk.mp4',
    'GX010042.MP4',
    'movie.2012.1080p.mkv',
    '12345678901234.mp4',
    'call +4917612345678.mp4',
    '20231301_101522.mp4',
    '20230231.mp4',
    'a 1920x1080 20001.mp4',
    'IMG_99999999.mov',
  ]) {
    assert.equal(parseDateInName(name), undefined, name);
  }
  assert.equal(parseDateInName(`${'2023-'.repeat(60_000)}.mp4`), undefined, 'bounded');
});
