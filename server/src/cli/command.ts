import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from './context.ts';

/** What a command hands back: the document for `--json`, the text for a person, and its exit code (0 where absent). */
export interface CommandResult {
  readonly result: unknown;
  readonly text?: string;
  readonly code?: number;
}

/** Runs a command's work with its context and prints the outcome. `demo`: in the demo's data folder by default. */
export type RunCommand = (
  command: (context: CommandContext) => Promise<CommandResult>,
  overrides?: { readonly demo?: boolean },
) => Promise<void>;

/** Adds one command to the program. */
export type RegisterCommand = (program: Command, run: RunCommand) => void;

/** How the user calls us, for hints and examples: under npm that is an npm script. */
export function userCommandName(env: NodeJS.ProcessEnv): string {
  return env.npm_lifecycle_event ? 'npm run -s goldfish --' : 'goldfish';
}

/** `-k N` of search: at least one. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1.');
  }
  return count;
}

/** `-k N` of ask: at least one, or -1 for all. */
export function parseCountOrAll(text: string): number {
  return text === '-1' ? -1 : parseCount(text);
}

/** Collects an option that may be given several times. */
export function collectOption(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Examples under a command's help. */
export function formatExamples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
