import assert from 'node:assert/strict';
import test from 'node:test';
import { createGovernor } from '../../server/src/adapters/system/governor.ts';
import { completeSettings } from '../../server/src/settings/schema.ts';

/** A governor of a machine by rote: settings, battery and clock are the test's. */
function machine(t: test.TestContext, start: string, set: Readonly<Record<string, unknown>>) {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'], now: new Date(start) });
  const listeners = new Set<() => void>();
  let { settings } = completeSettings(set);
  let battery = false;
  const governor = createGovernor({
    settings: () => settings,
    onSettings(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onBattery: async () => battery,
    now: () => new Date(),
  });
  t.after(() => governor.close());
  const heard: (string | undefined)[] = [];
  governor.onChange(() => heard.push(governor.pauseReason()));
  return {
    governor,
    heard,
    listeners,
    set(next: Readonly<Record<string, unknown>>) {
      settings = completeSettings(next).settings;
      for (const listener of listeners) listener();
    },
    /** Lets time pass and what it began come to its end. */
    async pass(minutes: number) {
      for (let minute = 0; minute < minutes; minute += 1) {
        t.mock.timers.tick(60_000);
        await Promise.resolve();
        await Promise.resolve();
      }
    },
    plug(on: boolean) {
      battery = !on;
    },
  };
}

test('given quiet hours, when they begin and end, then listeners are notified on the minute', async (t) => {
  const { governor, heard, pass } = machine(t, '2026-03-01T21:58:30', { 'work.quietHours': '22:00-22:30' });
  assert.equal(governor.pauseReason(), undefined);
  await pass(2);
  assert.equal(governor.pauseReason(), 'quietHours');
  await pass(29);
  assert.equal(governor.pauseReason(), 'quietHours');
  await pass(2);
  assert.equal(governor.pauseReason(), undefined);
  assert.deepEqual(heard, ['quietHours', undefined]);
});

test('given a battery, when unplugged, then work pauses within a minute if the setting says so', async (t) => {
  const { governor, heard, pass, plug, set } = machine(t, '2026-03-01T12:00:00', {});
  plug(false);
  await pass(1);
  assert.equal(governor.pauseReason(), 'battery');
  set({ 'work.pauseOnBattery': false });
  assert.equal(governor.pauseReason(), undefined);
  set({});
  await pass(1);
  plug(true);
  await pass(1);
  assert.equal(governor.pauseReason(), undefined);
  assert.deepEqual(heard, ['battery', undefined, 'battery', undefined]);
});

test('given a new CPU share, when set, then the allowance shrinks and listeners are notified', async (t) => {
  const { governor, heard, set, listeners } = machine(t, '2026-03-01T12:00:00', { 'work.cpuShare': 100 });
  const whole = governor.allowance().workers;
  set({ 'work.cpuShare': 5 });
  assert.ok(governor.allowance().duty < 1 || governor.allowance().workers < whole);
  assert.equal(heard.length, 1);
  governor.close();
  assert.equal(listeners.size, 0);
});
