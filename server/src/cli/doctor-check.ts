import type { Style, StyleText } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** `missing`: Goldfish does not work without it. `absent`: it works, with less. */
export type CheckState = 'ok' | 'absent' | 'missing';

/** One line of `doctor`. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly found: string;
  /** The command or step that mends it; present where the state is not ok. */
  readonly remedy?: string;
}

const STATE_MARKS: Readonly<Record<CheckState, readonly [string, Style]>> = {
  ok: ['ok', 'green'],
  absent: ['-', 'yellow'],
  missing: ['missing', 'red'],
};

/** All checks on one screen, a remedy under each that is not ok. */
export function formatChecks(checks: readonly Check[], paint: StyleText): string {
  const nameWidth = Math.max(...checks.map((check) => check.name.length));
  return checks
    .flatMap(({ name, state, found, remedy }) => {
      const [mark, style] = STATE_MARKS[state];
      const line = `${paint(style, mark.padEnd(7))} ${name.padEnd(nameWidth)}  ${sanitiseLine(found)}`;
      return remedy ? [line, `${' '.repeat(nameWidth + 10)}${paint('cyan', sanitiseLine(remedy))}`] : [line];
    })
    .join('\n');
}
