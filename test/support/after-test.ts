import type { TestContext } from 'node:test';

const cleanups = new WeakMap<TestContext, (() => unknown)[]>();

/** Runs a clean-up after the test, the last registered first, as what depends on a server is closed before it. */
export function afterTest(t: TestContext, cleanup: () => unknown): void {
  const before = cleanups.get(t);
  if (before !== undefined) {
    before.push(cleanup);
    return;
  }
  const stack = [cleanup];
  cleanups.set(t, stack);
  t.after(async () => {
    for (let next = stack.pop(); next; next = stack.pop()) await next();
  });
}
