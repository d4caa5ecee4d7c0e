import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from './context.ts';

/** Describes a command's outcome: the document for `--json`, the text for people, and the exit code (default 0). */
export interface CommandResult {
  readonly result: unknown;
  readonly text?: string;
  readonly code?: number;
}

/** Runs a command with its context and prints the outcome. `demo` makes the demo's data folder the default. */
export type RunCommand = (
  command: (context: CommandContext) => Promise<CommandResult>,
  overrides?: { readonly demo?: boolean },
) => Promise<void>;

/** Adds one command to the program. */
export type RegisterCommand = (program: Command, run: RunCommand) => void;

/** Returns the command a user types, for hints and examples. Under npm it is an npm script. */
export function userCommandName(env: NodeJS.ProcessEnv): string {
  return env.npm_lifecycle_event ? 'npm run -s goldfish --' : 'goldfish';
}

/** Parses `-k N` of `search`: a whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError('Use a whole number from 1.');
  }
  return count;
}

/** Parses `-k N` of `ask`: a whole number from 1, or -1 for all. */
export function parseCountOrAll(text: string): number {
  return text === '-1' ? -1 : parseCount(text);
}

/** Appends one value of a repeatable option. */
export function collectOption(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Formats the examples below a command's help. */
export function formatExamples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
