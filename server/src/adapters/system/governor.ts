import { availableParallelism } from 'node:os';
import type { Settings } from '../../core/domain/settings.ts';
import {
  isQuiet,
  minutesUntilQuietHoursEdge,
  parseQuietHours,
  toCpuAllowance,
} from '../../core/pipeline/throttle.ts';
import type { Governor } from '../../ports/governor.ts';

export interface GovernorDeps {
  readonly settings: () => Pick<Settings, 'work.cpuShare' | 'work.pauseOnBattery' | 'work.quietHours'>;
  readonly onSettings: (listener: () => void) => () => void;
  readonly onBattery: () => Promise<boolean>;
  readonly now: () => Date;
}

/**
 * Polling interval: power events would need a library for each system, and a check reads only a few small
 * files.
 */
const BATTERY_CHECK_INTERVAL_MS = 30_000;
/** Longest wait, so that a changed clock or a wake from sleep is noticed in time. */
const MAX_WAIT_MINUTES = 10;

export function createGovernor(deps: GovernorDeps): Governor {
  const listeners = new Set<() => void>();
  let isOnBatteryNow = false;
  let reportedState = '';
  let quietHoursTimer: NodeJS.Timeout | undefined;
  let batteryTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const minuteOfDay = () => {
    const now = deps.now();
    return now.getHours() * 60 + now.getMinutes();
  };
  const findPauseReason: Governor['pauseReason'] = () => {
    const hours = parseQuietHours(deps.settings()['work.quietHours']);
    if (hours && isQuiet(hours, minuteOfDay())) return 'quietHours';
    return deps.settings()['work.pauseOnBattery'] && isOnBatteryNow ? 'battery' : undefined;
  };
  const allowance: Governor['allowance'] = () =>
    toCpuAllowance(deps.settings()['work.cpuShare'], availableParallelism());

  const reportChange = () => {
    const state = JSON.stringify([findPauseReason(), allowance()]);
    if (state === reportedState) return;
    reportedState = state;
    for (const listener of listeners) listener();
  };

  const startQuietHoursTimer = () => {
    clearTimeout(quietHoursTimer);
    const hours = parseQuietHours(deps.settings()['work.quietHours']);
    if (hours === undefined || isClosed) return;
    const minutes = Math.min(minutesUntilQuietHoursEdge(hours, minuteOfDay()), MAX_WAIT_MINUTES);
    quietHoursTimer = setTimeout(
      () => {
        reportChange();
        startQuietHoursTimer();
      },
      minutes * 60_000 - deps.now().getSeconds() * 1000,
    );
    quietHoursTimer.unref();
  };

  const readBattery = async () => {
    isOnBatteryNow = await deps.onBattery();
    if (!isClosed) reportChange();
  };
  const startBatteryTimer = () => {
    clearInterval(batteryTimer);
    if (!deps.settings()['work.pauseOnBattery'] || isClosed) return;
    void readBattery();
    batteryTimer = setInterval(readBattery, BATTERY_CHECK_INTERVAL_MS);
    batteryTimer.unref();
  };

  const applySettings = () => {
    startQuietHoursTimer();
    startBatteryTimer();
    reportChange();
  };
  const stopSettings = deps.onSettings(applySettings);
  applySettings();

  return {
    pauseReason: findPauseReason,
    allowance,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      stopSettings();
      clearTimeout(quietHoursTimer);
      clearInterval(batteryTimer);
    },
  };
}
