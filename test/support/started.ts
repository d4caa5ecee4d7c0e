import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { killMarked, MARK } from './marked.mjs';

/** Mark of this test process, in the environment of everything that it starts. */
const mark = [process.env[MARK], randomUUID()].filter(Boolean).join('/');
process.env[MARK] = mark;

/** The mark, for environments that are not derived from `process.env`. */
export const markedEnv: NodeJS.ProcessEnv = { [MARK]: mark };

const started = new Set<ChildProcess>();

/**
 * Makes sure that a child ends with this test process. The runner ends a test process after its last test
 * (`--test-force-exit`), so that a test that failed before its own clean-up leaves nothing running.
 */
export function endWithTests<T extends ChildProcess>(child: T): T {
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
  killMarked(mark);
});
