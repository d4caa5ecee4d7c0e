import type { ChildProcess } from 'node:child_process';

/** Time in which a program that cannot open a window ends, ms. */
const EARLY_EXIT_MS = 1000;

/**
 * Returns whether programs can show windows to the user. Only Linux says so: without a display server there is none,
 * unless the environment names a browser that needs none, as editors on other machines do.
 */
export function hasScreen(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return [env.DISPLAY, env.WAYLAND_DISPLAY, env.WSL_DISTRO_NAME, env.BROWSER].some((value) => value);
}

/**
 * Resolves with the exit code or signal of a program that fails at once, such as a player without a screen. Resolves to
 * undefined if it still runs after a second, or ended without a failure.
 */
export async function findEarlyFailure(child: ChildProcess): Promise<number | string | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | string | undefined>();
  const onExit = (code: number | null, signal: NodeJS.Signals | null) => resolve(code || signal || undefined);
  child.once('exit', onExit);
  if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
  const timer = setTimeout(() => resolve(undefined), EARLY_EXIT_MS);
  const failure = await promise;
  clearTimeout(timer);
  return failure;
}
