import type { TimeRange, Uri } from '../../../server/protocol/base.ts';
import type { ExportFormat, ExportResult } from '../../../server/protocol/export.ts';
import type { State } from '../state.ts';
import { type Session, toProblem } from './session.ts';

type ExportedRange = TimeRange & { readonly uri: Uri };

/** Creates the actions that export moments as text. */
export function createExportActions(
  { store, request }: Session,
  copy: (text: string, what: string) => Promise<void>,
) {
  const write = async (
    ranges: readonly ExportedRange[],
    format: ExportFormat,
    use: (result: ExportResult) => unknown,
  ) => {
    const moments = ranges.map(({ uri, startMs, endMs }) => ({
      uri,
      startMs,
      endMs: Math.max(endMs, startMs + 1),
    }));
    try {
      await use(await request('goldfish/export', { moments, format, title: titleOf(store.get()) }));
      store.set({ dialog: undefined, notice: undefined });
    } catch (error) {
      store.set({ notice: toProblem(error) });
    }
  };
  return {
    change: (choice: Partial<State['exportChoice']>) =>
      store.set({ exportChoice: { ...store.get().exportChoice, ...choice } }),
    copyText: (ranges: readonly ExportedRange[], format: ExportFormat) =>
      write(ranges, format, ({ text }) => copy(text, 'Moments copied.')),
    /** Copies the chapters of a video as a table of contents in Markdown. */
    async copyChapters(uri: Uri) {
      try {
        const { text } = await request('goldfish/chapters', { uri, format: 'markdown' });
        await copy(text, 'Chapters copied.');
      } catch (error) {
        store.set({ notice: toProblem(error) });
      }
    },
    /** Saves a summary of videos as Markdown. */
    async saveDigest(uris: readonly Uri[]) {
      store.set({ announcement: 'Summarising ...', notice: undefined });
      try {
        const { text } = await request('goldfish/digest', { scope: { uris } });
        saveText(text, 'goldfish-digest.md');
        store.set({ announcement: 'Summary saved.' });
      } catch (error) {
        store.set({ notice: toProblem(error) });
      }
    },
    saveFile: (ranges: readonly ExportedRange[], format: ExportFormat) =>
      write(ranges, format, ({ text, extension }) => {
        saveText(text, `goldfish-moments.${extension}`);
        store.set({ announcement: 'Moments saved.' });
      }),
  };
}

/** Titles the export with the question. Videos chosen in the library have none. */
const titleOf = ({ dialog, turn }: State) =>
  dialog?.kind === 'export' && dialog.uris !== undefined ? undefined : turn?.question;

export type ExportActions = ReturnType<typeof createExportActions>;

/** Offers a text to the browser as a download. */
function saveText(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
