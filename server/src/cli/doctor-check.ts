import type { Style, StyleText } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Rates a check. `missing`: Goldfish does not work. `absent`: Goldfish works with fewer features. */
export type CheckState = 'ok' | 'absent' | 'missing';

/** Describes one line of `doctor`. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly found: string;
  /** The command or step that fixes it. Present if the state is not ok. */
  readonly remedy?: string;
}

const STATE_MARKS: Readonly<Record<CheckState, readonly [string, Style]>> = {
  ok: ['ok', 'green'],
  absent: ['-', 'yellow'],
  missing: ['missing', 'red'],
};

/** Formats all checks, with the remedy below each check that is not ok. */
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
