import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type ClockPacket,
  createJumpFinder,
  createMediaClock,
  hasUnevenTimes,
} from '../../server/src/core/media/media-clock.ts';

/** One packet of a track: its own time, when it was recorded, and where it lies. */
interface Recorded extends ClockPacket {
  readonly recordedMs: number;
}

/** Picture (0), sound (1) and a caption every 7 s (2) of a recording whose clock shows `clockMs` at its start. */
function recording(
  lengthMs: number,
  clockMs: number,
  recordedFromMs: number,
  soundClockMs = clockMs,
): readonly Omit<Recorded, 'byte'>[] {
  const packets: Omit<Recorded, 'byte'>[] = [];
  for (let at = 0; at < lengthMs; at += 20) {
    const recordedMs = recordedFromMs + at;
    // Sound is stored half a second after its picture.
    const soundAt = at - 500;
    if (at % 40 === 0)
      packets.push({ track: 0, timeMs: clockMs + at, recordedMs, durationMs: 40, isSparse: false });
    if (soundAt >= 0)
      packets.push({
        track: 1,
        timeMs: soundClockMs + soundAt,
        recordedMs: recordedMs - 500,
        durationMs: 20,
        isSparse: false,
      });
    if (at % 7000 === 3000)
      packets.push({ track: 2, timeMs: clockMs + at, recordedMs, durationMs: 2000, isSparse: true });
  }
  for (let at = lengthMs - 500; at < lengthMs; at += 20)
    packets.push({
      track: 1,
      timeMs: soundClockMs + at,
      recordedMs: recordedFromMs + at,
      durationMs: 20,
      isSparse: false,
    });
  return packets;
}

const placed = (packets: readonly Omit<Recorded, 'byte'>[]): readonly Recorded[] =>
  packets.map((packet, at) => ({ ...packet, byte: 100 * (at + 1) }));

/** Finds the jumps, and checks that the clock made of them gives every packet the time of its recording. */
function check(parts: readonly (readonly Omit<Recorded, 'byte'>[])[], skipsGaps = true, toleranceMs = 60) {
  const packets = placed(parts.flat());
  const finder = createJumpFinder({ skipsGaps });
  const startMs = packets[0]?.timeMs ?? 0;
  for (const packet of packets) finder.add({ ...packet, timeMs: (packet.timeMs ?? 0) - startMs });
  const verify = (from: number) => {
    const clock = createMediaClock(finder.jumps);
    clock.moveTo(packets[from]?.byte ?? 0);
    for (const { track, timeMs, recordedMs, byte } of packets.slice(from)) {
      const shownMs = (timeMs ?? 0) - startMs + clock.offsetMs(track, byte);
      assert.ok(Math.abs(shownMs - recordedMs) <= toleranceMs, `track ${track}: ${shownMs} at ${recordedMs}`);
    }
  };
  verify(0);
  for (const share of [0.2, 0.5, 0.9]) verify(Math.floor(packets.length * share));
  return finder.jumps;
}

const WRAP_MS = 2 ** 33 / 90;

test('given a recording with one clock, when it is read, then nothing jumps', () => {
  for (const clockMs of [0, 60_000, -5000]) assert.deepEqual(check([recording(30_000, clockMs, 0)]), []);
});

test('given joined recordings, when their clocks start again, run back or run ahead, then one clock continues', () => {
  const clocks = [
    [0, 0],
    [1_000_000, 0],
    [0, 1_000_000],
    [500, 500, 500, 500],
    [0, 90_000, 40_000, 90_000_000, 3000],
    // As libav shows a clock that is earlier than the first one: a wrap later.
    [1_000_000, WRAP_MS],
  ];
  for (const starts of clocks) {
    const parts = starts.map((clockMs, at) => recording(12_000, clockMs, 12_000 * at));
    const jumps = check(parts);
    for (const track of [0, 1])
      assert.equal(jumps.filter((jump) => jump.track === track).length, starts.length - 1);
  }
});

test('given a clock of 33 bits that wraps around twice, when it is read, then it continues', () => {
  const startMs = WRAP_MS - 6000;
  const whole = recording(20_000, startMs, 0);
  const wrapped = whole.map((packet) => ({ ...packet, timeMs: (packet.timeMs ?? 0) % WRAP_MS }));
  const twice = recording(20_000, startMs, 20_000).map((packet) => ({
    ...packet,
    timeMs: (packet.timeMs ?? 0) % WRAP_MS,
  }));
  check([wrapped, twice]);
});

test('given sound alone whose clock starts again, when it is read, then picture and captions keep theirs', () => {
  const first = recording(12_000, 0, 0);
  const second = recording(12_000, 12_000, 12_000, 0);
  const jumps = check([first, second]);
  assert.deepEqual([...new Set(jumps.map(({ track }) => track))], [1]);
});

test('given a pause in one track, when another continues, then nothing jumps', () => {
  const whole = recording(60_000, 0, 0);
  for (const track of [0, 1]) {
    const paused = whole.filter(
      (packet) => packet.track !== track || packet.recordedMs < 20_000 || packet.recordedMs > 45_000,
    );
    assert.deepEqual(check([paused]), []);
  }
});

test('given a gap in all tracks, when the container states true times, then it stays', () => {
  const packets = [...recording(12_000, 0, 0), ...recording(12_000, 40_000, 40_000)];
  assert.deepEqual(check([packets], false), []);
});

test('given packets without time or place, when they are read, then they follow the ones before', () => {
  const finder = createJumpFinder({ skipsGaps: true });
  const add = (timeMs: number | undefined, byte: number) =>
    finder.add({ track: 0, timeMs, durationMs: 40, byte, isSparse: false });
  assert.deepEqual([add(0, 0), add(undefined, -1), add(80, 200)], [40, 80, 120]);
  for (let time = 120; time < 5000; time += 40) add(time, time);
  // The clock starts again at a packet whose place is unknown.
  assert.equal(add(0, -1), 5040);
  assert.equal(add(40, 6000), 5080);
  assert.deepEqual(finder.jumps, [{ track: 0, fromByte: 4961, offsetMs: 5000 }]);
  const clock = createMediaClock(finder.jumps);
  assert.deepEqual(
    [clock.offsetMs(0, 4960), clock.offsetMs(0, -1), clock.offsetMs(0, 6000), clock.offsetMs(0, -1)],
    [0, 0, 5000, 5000],
  );
});

test('given one packet with a wild time, when it is read, then the clock returns', () => {
  const whole = recording(12_000, 0, 0);
  const wild = whole.map((packet, at) => (at === 300 ? { ...packet, timeMs: 80_000_000 } : packet));
  const finder = createJumpFinder({ skipsGaps: true });
  const ends = placed(wild).map((packet) => finder.add(packet));
  assert.ok(Math.max(...ends) <= 12_100, `${Math.max(...ends)}`);
});

test('given times at equal distances, when they rise evenly, then they are not uneven', () => {
  const steady = Array.from({ length: 64 }, (_, at) => at * 3000 + (at % 5) * 700);
  assert.equal(hasUnevenTimes(steady), false);
  assert.equal(hasUnevenTimes(steady.map((time, at) => (at > 40 ? time - 100_000 : time))), true);
  assert.equal(hasUnevenTimes(steady.map((time, at) => (at > 40 ? time + 100_000 : time))), true);
  assert.equal(hasUnevenTimes([0, 5]), true);
});
