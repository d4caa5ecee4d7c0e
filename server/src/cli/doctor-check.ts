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
}

const STATE_MARKS: Readonly<Record<CheckState, readonly [string, Style]>> = {
  ok: ['ok', 'green'],
  absent: ['-', 'yellow'],
  missing: ['missing', 'red'],
};

/** What was found is cut to this width if the remedy needs the room, in columns. */
const MIN_FOUND_COLUMNS = 24;

/** Formats all checks, one line each. In a narrow terminal the remedy stays, and what was found is cut. */
export function formatChecks(checks: readonly Check[], paint: StyleText, columns: number): string {
  const nameWidth = Math.max(...checks.map((check) => check.name.length));
  return checks
    .map(({ name, state, found, remedy }) => {
      const [mark, style] = STATE_MARKS[state];
      const fix = remedy === undefined ? '' : `  fix: ${sanitiseLine(remedy)}`;
      const room = columns - (nameWidth + 10);
      const foundColumns = Math.max(Math.min(MIN_FOUND_COLUMNS, room), room - displayWidth(fix));
      const shown = truncateToWidth(sanitiseLine(found), foundColumns);
      const shownFix = truncateToWidth(fix, Math.max(0, room - displayWidth(shown)));
      return `${paint(style, mark.padEnd(7))} ${name.padEnd(nameWidth)}  ${shown}${paint('cyan', shownFix)}`;
    })
    .join('\n');
}
