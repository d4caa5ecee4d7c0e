import type { Style, StyleText } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { displayWidth, truncateToWidth } from './terminal.ts';

/** Rates a check. `missing`: Goldfish does not work. `absent`: Goldfish works with fewer features. */
export type CheckState = 'ok' | 'absent' | 'missing';

/** Describes one line of `doctor`. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly found: string;
  /** The command or step that fixes it. Present if the state is not ok. */
  readonly remedy?: string;
  /** True if the remedy of another check covers this one: it is not printed, but part of the JSON document. */
  readonly isCovered?: boolean;
}

/** This much of what was found is always shown, in columns. */
const MIN_FOUND_COLUMNS = 16;

const STATE_MARKS: Readonly<Record<CheckState, readonly [string, Style]>> = {
  ok: ['ok', 'green'],
  absent: ['-', 'yellow'],
  missing: ['missing', 'red'],
};

/** Formats all checks, one line each. In a narrow terminal what was found is cut, and never the command that fixes it. */
export function formatChecks(checks: readonly Check[], paint: StyleText, columns: number): string {
  const nameWidth = Math.max(...checks.map((check) => check.name.length));
  return checks
    .map(({ name, state, found, remedy, isCovered }) => {
      const [mark, style] = STATE_MARKS[state];
      const fix = remedy === undefined || isCovered === true ? '' : `  fix: ${sanitiseLine(remedy)}`;
      const room = columns - (nameWidth + 10) - displayWidth(fix);
      const shown = truncateToWidth(sanitiseLine(found), Math.max(MIN_FOUND_COLUMNS, room));
      const line = `${paint(style, mark.padEnd(7))} ${name.padEnd(nameWidth)}  ${shown}`;
      return fix === '' ? line : `${line}${paint('cyan', fix)}`;
    })
    .join('\n');
}
