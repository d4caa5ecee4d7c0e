import { serveChildCalls } from '../../server/src/base/child-server.ts';

/** The calls of the child in the supervisor's tests. */
export type TestCalls = {
  echo: { params: unknown; event: never; result: unknown };
  pid: { params: null; event: never; result: number };
  /** Returns the child's environment. */
  environment: { params: null; event: never; result: NodeJS.ProcessEnv };
  /** Uses so much processor time and returns how much the process has used in all, ms. */
  work: { params: { ms: number }; event: never; result: number };
  crash: { params: null; event: never; result: never };
  /** Crashes on its first run in any process. The first run creates the file `flag`. */
  crashOnce: { params: { flag: string }; event: never; result: string };
  /** Sends an event, then does the same as crashOnce. */
  emitAndCrashOnce: { params: { flag: string }; event: string; result: string };
  /** Blocks the process, like native code that hangs. */
  block: { params: null; event: never; result: never };
  /** Waits until cancelled. */
  wait: { params: null; event: string; result: string };
  /** Returns how many events `count` has sent or is about to send. */
  sent: { params: null; event: never; result: number };
  count: { params: { to: number }; event: number; result: number };
  /** Sends two counts concurrently in one call, like a call with heartbeats beside its events. */
  countTwice: { params: { to: number }; event: number; result: number };
  fail: { params: { message: string }; event: never; result: never };
  /** Answers, then ends its process. */
  answerAndEnd: { params: null; event: never; result: string };
  /** Gives a result that no structured clone can carry. */
  uncloneable: { params: null; event: never; result: unknown };
};

class TestError extends Error {
  readonly code = 'E_TEST';
}

const { existsSync, writeFileSync } = await import('node:fs');
let sent = 0;

serveChildCalls<TestCalls>(
  {
    echo: async (params) => params,
    pid: async () => process.pid,
    environment: async () => ({ ...process.env }),
    work: async ({ ms }) => {
      const used = () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      };
      const end = used() + ms;
      while (used() < end);
      return used();
    },
    crash: async () => {
      process.stderr.write('about to fall\n');
      process.kill(process.pid, 'SIGKILL');
      return new Promise<never>(() => undefined);
    },
    crashOnce: async ({ flag }) => {
      if (existsSync(flag)) return 'second run';
      writeFileSync(flag, '');
      process.kill(process.pid, 'SIGKILL');
      return new Promise<never>(() => undefined);
    },
    emitAndCrashOnce: async ({ flag }, { emit }) => {
      await emit('begun');
      if (existsSync(flag)) return 'second run';
      writeFileSync(flag, '');
      process.kill(process.pid, 'SIGKILL');
      return new Promise<never>(() => undefined);
    },
    block: async () => {
      for (;;);
    },
    wait: async (_, { signal, emit }) => {
      await emit('waiting');
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return 'never';
    },
    countTwice: async ({ to }, { emit }) => {
      const count = async () => {
        for (let n = 1; n <= to; n += 1) await emit(n);
      };
      await Promise.all([count(), count()]);
      return to;
    },
    count: async ({ to }, { emit }) => {
      for (sent = 1; sent <= to; sent += 1) await emit(sent);
      return to;
    },
    sent: async () => sent,
    fail: async ({ message }) => {
      throw new TestError(message);
    },
    answerAndEnd: async () => {
      setImmediate(() => process.disconnect());
      return 'done';
    },
    uncloneable: async () => () => undefined,
  },
  (error) => (error instanceof TestError ? error.code : undefined),
);
