import type { AddProgress } from '../../../server/protocol/adding.ts';
import { RequestFailedError } from '../connection.ts';
import { nameOf } from '../text.ts';
import { createRunAction } from './folders.ts';
import { readRecordings, refreshLibrary, type Session, toProblem } from './session.ts';

/** Creates the actions that add videos and streams from the web. */
export function createLinkActions(session: Session) {
  const { store, request } = session;
  const runAction = createRunAction(session);
  let running: AbortController | undefined;
  return {
    openLinkDialog() {
      store.set({ dialog: { kind: 'addLink' }, notice: undefined });
      void readRecordings(session);
    },
    /** Starts to record a stream. The daemon goes on when the page is closed. */
    async recordStream(url: string): Promise<void> {
      if (store.get().isConnectingStream) return;
      store.set({ isConnectingStream: true });
      await runAction(async () => {
        await request('goldfish/record/start', { url });
        await readRecordings(session);
      }, 'The stream is being recorded.');
      store.set({ isConnectingStream: false });
    },
    stopRecording: (id: string) =>
      runAction(async () => {
        await request('goldfish/record/stop', { id });
        await readRecordings(session);
      }, 'The recording was stopped.'),
    /** Downloads the videos of an address into the library. Closing the dialog does not stop it. */
    async addLink(url: string): Promise<void> {
      if (running !== undefined) return;
      const abortController = new AbortController();
      running = abortController;
      store.set({ download: { title: url, bytes: 0 }, notice: undefined });
      const onPartial = (value: unknown) => store.set({ download: value as AddProgress });
      try {
        const { files, problems } = await request(
          'goldfish/add',
          { url },
          { signal: abortController.signal, onPartial },
        );
        const [first] = files;
        const announcement =
          first === undefined
            ? 'Everything at this address was downloaded before.'
            : `Saved ${files.length === 1 ? nameOf(first.path) : `${files.length} videos`}.`;
        const [problem] = problems;
        const isOpen = store.get().dialog?.kind === 'addLink';
        store.set({
          announcement,
          ...(problem !== undefined && {
            notice: { message: problem, remedy: 'Try again later, or look at the address in a browser.' },
          }),
          ...(isOpen && problem === undefined && { dialog: undefined }),
        });
        await refreshLibrary(session);
      } catch (error) {
        const isCancelled = error instanceof RequestFailedError && error.cancelled;
        if (!isCancelled) store.set({ notice: toProblem(error) });
      } finally {
        running = undefined;
        store.set({ download: undefined });
      }
    },
    cancelDownload: () => running?.abort(),
  };
}
