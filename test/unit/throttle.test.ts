import assert from 'node:assert/strict';
import test from 'node:test';
import { isOnBattery, isOnBatteryMac, isOnBatteryWindows } from '../../server/src/adapters/system/power.ts';
import {
  isQuiet,
  minutesUntilQuietHoursEdge,
  parseQuietHours,
  throttleDelayMs,
  toCpuAllowance,
} from '../../server/src/core/pipeline/throttle.ts';

const at = (hours: number, minutes = 0) => hours * 60 + minutes;

test('given quiet hours, when parsed, then they may cross midnight; given wrong ones, then there are none', () => {
  assert.deepEqual(parseQuietHours('22:00-07:30'), { from: at(22), to: at(7, 30) });
  for (const text of ['', '22-7', '24:00-01:00', '10:60-11:00', '08:00-08:00', ' 22:00-07:00'])
    assert.equal(parseQuietHours(text), undefined, text);
});

test('given quiet hours, then their start is inside and their end is not', () => {
  const night = { from: at(22), to: at(7) };
  const inside = [at(22), at(23, 59), 0, at(6, 59)];
  const outside = [at(21, 59), at(7), at(12)];
  for (const minute of inside) assert.ok(isQuiet(night, minute), `${minute}`);
  for (const minute of outside) assert.ok(!isQuiet(night, minute), `${minute}`);
  const noon = { from: at(12), to: at(13) };
  assert.ok(isQuiet(noon, at(12)) && !isQuiet(noon, at(13)) && !isQuiet(noon, 0));
});

test('given quiet hours, then the next edge is at least a minute away', () => {
  const night = { from: at(22), to: at(7) };
  assert.equal(minutesUntilQuietHoursEdge(night, at(21, 59)), 1);
  assert.equal(minutesUntilQuietHoursEdge(night, at(22)), 9 * 60);
  assert.equal(minutesUntilQuietHoursEdge(night, at(7)), 15 * 60);
  assert.equal(minutesUntilQuietHoursEdge({ from: 0, to: 1 }, 0), 1);
});

test('given a CPU share, then it is whole workers that rest between jobs', () => {
  assert.deepEqual(toCpuAllowance(50, 2), { workers: 1, duty: 1 });
  assert.deepEqual(toCpuAllowance(25, 2), { workers: 1, duty: 0.5 });
  assert.deepEqual(toCpuAllowance(100, 8), { workers: 8, duty: 1 });
  assert.deepEqual(toCpuAllowance(40, 4), { workers: 2, duty: 0.8 });
  assert.equal(throttleDelayMs(1000, { workers: 1, duty: 0.5 }), 1000);
  assert.equal(throttleDelayMs(1000, { workers: 1, duty: 1 }), 0);
});

test("given power supplies on Linux, then only the machine's own battery counts", () => {
  const battery = { type: 'Battery', status: 'Discharging' };
  assert.equal(isOnBattery([]), false);
  assert.equal(isOnBattery([battery]), true);
  assert.equal(isOnBattery([battery, { type: 'Mains', online: '0' }]), true);
  assert.equal(isOnBattery([battery, { type: 'Mains', online: '1' }]), false);
  assert.equal(isOnBattery([battery, { type: 'USB', online: '1' }]), false);
  assert.equal(isOnBattery([{ type: 'Battery', status: 'Full' }]), false);
  assert.equal(
    isOnBattery([
      { ...battery, scope: 'Device' },
      { type: 'Mains', online: '0' },
    ]),
    false,
  );
});

test('given the output of macOS and Windows tools, then battery power is recognised', () => {
  const drawing = (source: string) =>
    `Now drawing from '${source}'\n -InternalBattery-0 (id=1)\t81%; discharging\n`;
  assert.equal(isOnBatteryMac(drawing('Battery Power')), true);
  assert.equal(isOnBatteryMac(drawing('AC Power')), false);
  assert.equal(isOnBatteryWindows('1\r\n'), true);
  assert.equal(isOnBatteryWindows('2\r\n5\r\n'), true);
  assert.equal(isOnBatteryWindows('2\r\n'), false);
  assert.equal(isOnBatteryWindows('\r\n'), false);
});
