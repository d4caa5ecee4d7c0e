import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toChildEnvironment } from '../../base/child-environment.ts';

/** An entry of Linux's /sys/class/power_supply: its files by name. */
export type PowerSupply = Readonly<Partial<Record<'type' | 'online' | 'status' | 'scope', string>>>;

/**
 * Returns whether the machine runs on battery: one of its batteries is discharging and no mains supply is
 * online. Batteries of mice and headsets (scope `Device`) do not count. Source: the kernel's
 * sysfs-class-power documentation.
 */
export function isOnBattery(supplies: readonly PowerSupply[]): boolean {
  const machineSupplies = supplies.filter((supply) => supply.scope !== 'Device');
  const mains = machineSupplies.filter((supply) => supply.type === 'Mains' || supply.type?.startsWith('USB'));
  if (mains.some((supply) => supply.online === '1')) return false;
  return machineSupplies.some((supply) => supply.type === 'Battery' && supply.status === 'Discharging');
}

/** Parses the first line of macOS's `pmset -g batt`, which names the current power source. */
export function isOnBatteryMac(pmset: string): boolean {
  return /^Now drawing from 'Battery Power'/m.test(pmset);
}

/**
 * Parses `BatteryStatus` of each Win32_Battery, one per line: 1 means discharging, 4 and 5 mean low and
 * critical.
 */
export function isOnBatteryWindows(lines: string): boolean {
  const states = lines.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
  return states.some((state) => state === 1 || state === 4 || state === 5);
}

const runProgram = (
  program: string,
  args: readonly string[],
  options: { readonly windowsHide?: boolean; readonly timeout?: number } = {},
) => promisify(execFile)(program, args, { ...options, env: toChildEnvironment(process.env, {}) });
const SUPPLIES_FOLDER = '/sys/class/power_supply';
const SUPPLY_FILES = ['type', 'online', 'status', 'scope'] as const;

async function readSupplies(): Promise<readonly PowerSupply[]> {
  const names = await readdir(SUPPLIES_FOLDER);
  return Promise.all(
    names.map(async (name) => {
      const readMember = (member: string) =>
        readFile(join(SUPPLIES_FOLDER, name, member), 'utf8').then(
          (text) => text.trim(),
          () => undefined,
        );
      return Object.fromEntries(
        await Promise.all(SUPPLY_FILES.map(async (member) => [member, await readMember(member)] as const)),
      );
    }),
  );
}

/** Returns whether this machine runs on battery, or false if that is unknown. Tested on Linux only. */
export async function readOnBattery(platform: NodeJS.Platform = process.platform): Promise<boolean> {
  try {
    if (platform === 'linux') return isOnBattery(await readSupplies());
    if (platform === 'darwin') return isOnBatteryMac((await runProgram('pmset', ['-g', 'batt'])).stdout);
    if (platform === 'win32') {
      const batteryQuery = '(Get-CimInstance -ClassName Win32_Battery).BatteryStatus';
      const options = { windowsHide: true, timeout: 20_000 };
      const { stdout } = await runProgram(
        'powershell',
        ['-NoProfile', '-NonInteractive', '-Command', batteryQuery],
        options,
      );
      return isOnBatteryWindows(stdout);
    }
    return false;
  } catch {
    return false;
  }
}
