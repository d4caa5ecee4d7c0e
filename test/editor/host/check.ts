import { writeFileSync } from 'node:fs';
import { RESULTS } from '../../support/host-results.ts';

interface Check {
  readonly name: string;
  readonly work: () => Promise<string | undefined>;
}

const checks: Check[] = [];

/** Adds a check to the suite; a text that it returns is shown with it. */
export function check(name: string, work: () => Promise<unknown>): void {
  checks.push({
    name,
    async work() {
      const note = await work();
      return typeof note === 'string' ? note : undefined;
    },
  });
}

/** Longest a check may take, so that one that waits in vain is named. */
const LIMIT_MS = 120_000;

/** Runs every check in turn and writes down what each found. */
export async function runChecks(): Promise<void> {
  const results: object[] = [];
  for (const { name, work } of checks) {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no end after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
    try {
      results.push({ name, note: await Promise.race([work(), late]) });
    } catch (error) {
      results.push({ name, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    } finally {
      clearTimeout(timer);
    }
    writeFileSync(process.env[RESULTS] ?? '', JSON.stringify(results));
  }
}
