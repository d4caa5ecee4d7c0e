import type { BullObject } from './bullmq-engine.ts';

/** How long to wait before an object is created again, ms. */
const RENEW_MS = 1000;

export interface Kept<T> {
  /** Resolves with an object that has connected; rejects if it is closed before. */
  readonly ready: Promise<T>;
  /** Returns the object, which may not have connected yet. */
  current(): T;
  close(): Promise<void>;
}

/** Creates an object, and creates it again for as long as its first attempt to connect fails. */
export function keepReady<T extends BullObject>(create: () => T): Kept<T> {
  const { promise: ready, resolve, reject } = Promise.withResolvers<T>();
  ready.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let object = renew();
  return {
    ready,
    current: () => object,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      reject(new Error('The queue was closed.'));
      await object.close();
    },
  };

  function renew(): T {
    const created = create();
    created.waitUntilReady().then(
      () => resolve(created),
      () => {
        if (isClosed) return;
        created.close().catch(() => undefined);
        timer = setTimeout(() => {
          object = renew();
        }, RENEW_MS);
      },
    );
    return created;
  }
}
