import { availableParallelism } from 'node:os';
import { allowanceOf, isQuiet, minutesToEdge, parseQuietHours } from '../../core/rest.ts';
import type { Settings } from '../../core/settings.ts';
import type { Governor } from '../../ports/governor.ts';

export interface GovernorSources {
  readonly settings: () => Pick<Settings, 'work.cpuShare' | 'work.pauseOnBattery' | 'work.quietHours'>;
  readonly onSettings: (listener: () => void) => () => void;
  readonly onBattery: () => Promise<boolean>;
  readonly now: () => Date;
}

/** No system tells of the change without a library for each; the reading is a few small files. */
const BATTERY_TICK_MS = 30_000;
/** A clock that was set, or a machine that slept, is noticed at the latest then. */
const LONGEST_WAIT_MINUTES = 10;

export function createGovernor(sources: GovernorSources): Governor {
  const listeners = new Set<() => void>();
  let battery = false;
  let told = '';
  let alarm: NodeJS.Timeout | undefined;
  let ticker: NodeJS.Timeout | undefined;
  let closed = false;

  const minute = () => {
    const now = sources.now();
    return now.getHours() * 60 + now.getMinutes();
  };
  const resting: Governor['resting'] = () => {
    const hours = parseQuietHours(sources.settings()['work.quietHours']);
    if (hours && isQuiet(hours, minute())) return 'quietHours';
    return sources.settings()['work.pauseOnBattery'] && battery ? 'battery' : undefined;
  };
  const allowance: Governor['allowance'] = () =>
    allowanceOf(sources.settings()['work.cpuShare'], availableParallelism());

  const tell = () => {
    const now = JSON.stringify([resting(), allowance()]);
    if (now === told) return;
    told = now;
    for (const listener of listeners) listener();
  };

  const setAlarm = () => {
    clearTimeout(alarm);
    const hours = parseQuietHours(sources.settings()['work.quietHours']);
    if (hours === undefined || closed) return;
    const minutes = Math.min(minutesToEdge(hours, minute()), LONGEST_WAIT_MINUTES);
    alarm = setTimeout(
      () => {
        tell();
        setAlarm();
      },
      minutes * 60_000 - sources.now().getSeconds() * 1000,
    );
    alarm.unref();
  };

  const readBattery = async () => {
    battery = await sources.onBattery();
    if (!closed) tell();
  };
  const setTicker = () => {
    clearInterval(ticker);
    if (!sources.settings()['work.pauseOnBattery'] || closed) return;
    void readBattery();
    ticker = setInterval(readBattery, BATTERY_TICK_MS);
    ticker.unref();
  };

  const follow = () => {
    setAlarm();
    setTicker();
    tell();
  };
  const unfollow = sources.onSettings(follow);
  follow();

  return {
    resting,
    allowance,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      unfollow();
      clearTimeout(alarm);
      clearInterval(ticker);
    },
  };
}
