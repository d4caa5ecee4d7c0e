import { cleanLine } from './escape.ts';
import type { Paint, Style } from './format.ts';

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

const marks: Readonly<Record<CheckState, readonly [string, Style]>> = {
  ok: ['ok', 'green'],
  absent: ['-', 'yellow'],
  missing: ['missing', 'red'],
};

/** All checks on one screen, a remedy under each that is not ok. */
export function checksText(checks: readonly Check[], paint: Paint): string {
  const wide = Math.max(...checks.map((check) => check.name.length));
  return checks
    .flatMap(({ name, state, found, remedy }) => {
      const [mark, style] = marks[state];
      const line = `${paint(style, mark.padEnd(7))} ${name.padEnd(wide)}  ${cleanLine(found)}`;
      return remedy ? [line, `${' '.repeat(wide + 10)}${paint('cyan', cleanLine(remedy))}`] : [line];
    })
    .join('\n');
}
