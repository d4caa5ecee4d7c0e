import { window } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { runCommand } from './run-command.ts';

/** Starts a player of the system at a time; tells what is wrong where none starts. */
export type Play = (uri: string, startMs: number) => Promise<void>;

/** A player by way of `goldfish open`, which knows how each of them is given the time, and starts it where the file is. */
export function createPlay(launch: (args: readonly string[]) => Promise<Executable>): Play {
  return async (uri, startMs) => {
    try {
      await runCommand(await launch(['open', `${uri}#t=${startMs / 1000}`]));
    } catch (error) {
      void window.showErrorMessage((error as Error).message);
    }
  };
}
