import { window } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { runCommand } from './run-command.ts';

/** Plays a video at a time in the system's player. Shows an error if none starts. */
export type Play = (uri: string, startMs: number) => Promise<void>;

/** Creates `Play` with `goldfish open`, which knows each player's options and runs on the machine of the file. */
export function createPlay(launch: (args: readonly string[]) => Promise<Executable>): Play {
  return async (uri, startMs) => {
    try {
      await runCommand(await launch(['open', `${uri}#t=${startMs / 1000}`]));
    } catch (error) {
      void window.showErrorMessage((error as Error).message);
    }
  };
}
