/** Yields the events of a call. The call waits while the loop's body runs; leaving the loop cancels it. */
export async function* toEventStream<Event>(
  start: (onEvent: (event: Event) => Promise<void>, stopSignal: AbortSignal) => Promise<unknown>,
): AsyncGenerator<Event, void, undefined> {
  const controller = new AbortController();
  const queuedEvents: { readonly event: Event; readonly acknowledge: () => void }[] = [];
  let hasFinished = false;
  let failure: { readonly error: unknown } | undefined;
  let resumeReading: () => void = () => undefined;
  const streamEnd = start(
    (event) =>
      new Promise((acknowledge) => {
        queuedEvents.push({ event, acknowledge });
        resumeReading();
      }),
    controller.signal,
  ).then(
    () => undefined,
    (error: unknown) => {
      failure = { error };
    },
  );
  streamEnd.then(() => {
    hasFinished = true;
    resumeReading();
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
          resumeReading = resolve;
        });
    }
  } finally {
    controller.abort();
    for (const { acknowledge } of queuedEvents) acknowledge();
  }
}
