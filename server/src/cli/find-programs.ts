import { findProgram } from '../base/find-program.ts';
import type { InstalledPlayers } from './player.ts';

const BROWSER_PROGRAMS = [
  'firefox',
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'brave-browser',
  'microsoft-edge',
];

/** Finds the players installed on this machine. */
export function installedPlayers(env: NodeJS.ProcessEnv): InstalledPlayers {
  const [mpv, vlc, ffplay] = ['mpv', 'vlc', 'ffplay'].map((name) => findProgram(name, env));
  const browser = BROWSER_PROGRAMS.map((name) => findProgram(name, env)).find((path) => path !== undefined);
  return { mpv, vlc, ffplay, browser };
}
