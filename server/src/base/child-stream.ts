/** Yields the events of a call. The call waits while the loop's body runs; leaving the loop cancels it. */
export async function* toEventStream<Event>(
  start: (onEvent: (event: Event) => Promise<void>, stopSignal: AbortSignal) => Promise<unknown>,
): AsyncGenerator<Event, void, undefined> {
  const controller = new AbortController();
  const queuedEvents: { readonly event: Event; readonly acknowledge: () => void }[] = [];
  let hasFinished = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => undefined;
  const finished = start(
    (event) =>
      new Promise((acknowledge) => {
        queuedEvents.push({ event, acknowledge });
        wake();
      }),
    controller.signal,
  ).then(
    () => undefined,
    (error: unknown) => {
      failure = { error };
    },
  );
  finished.then(() => {
    hasFinished = true;
    wake();
  });
  try {
    for (;;) {
      if (failure) throw failure.error;
      const next = queuedEvents.shift();
      if (next) {
        yield next.event;
        next.acknowledge();
      } else if (hasFinished) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    controller.abort();
    for (const { acknowledge } of queuedEvents) acknowledge();
  }
}
