import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { toProgramEnvironment } from '../base/child-environment.ts';
import { entryPath, nativeEnvironment } from '../base/children.ts';
import { planService, type ServicePlan } from './service-plan.ts';

export interface ServiceReport {
  readonly files: readonly string[];
  readonly commands: readonly { readonly command: string; readonly ok: boolean; readonly output: string }[];
  readonly show: string;
  /** False if this service manager was never tested on a real system. */
  readonly tried: boolean;
}

/** Returns the plan for this machine, or undefined if its platform has no supported service manager. */
function planForThisMachine(dataDir: string): ServicePlan | undefined {
  const home = homedir();
  return planService({
    platform: process.platform,
    node: process.execPath,
    entry: entryPath(),
    dataDir,
    home,
    config: process.env.XDG_CONFIG_HOME || join(home, '.config'),
    env: nativeEnvironment,
  });
}

/**
 * Writes the service files and starts the service. Returns undefined if the platform has no supported service
 * manager.
 */
export async function installService(dataDir: string): Promise<ServiceReport | undefined> {
  const plan = planForThisMachine(dataDir);
  if (plan === undefined) return undefined;
  for (const { path, text } of plan.files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return toServiceReport(plan, await runCommands(plan.install));
}

/** Stops the service and removes its files. The index and the settings stay. */
export async function removeService(dataDir: string): Promise<ServiceReport | undefined> {
  const plan = planForThisMachine(dataDir);
  if (plan === undefined) return undefined;
  const commands = await runCommands(plan.remove);
  for (const { path } of plan.files) await rm(path, { force: true });
  return toServiceReport(plan, commands);
}

function toServiceReport(plan: ServicePlan, commands: ServiceReport['commands']): ServiceReport {
  return { files: plan.files.map(({ path }) => path), commands, show: plan.show, tried: plan.tried };
}

async function runCommands(commands: ServicePlan['install']): Promise<ServiceReport['commands']> {
  const results: ServiceReport['commands'][number][] = [];
  for (const [program = '', ...args] of commands) {
    const { ok, output } = await new Promise<{ ok: boolean; output: string }>((resolve) => {
      execFile(
        program,
        args,
        { timeout: 60_000, windowsHide: true, env: toProgramEnvironment(process.env) },
        (error, stdout, stderr) =>
          resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') }),
      );
    });
    results.push({ command: [program, ...args].join(' '), ok, output });
  }
  return results;
}
