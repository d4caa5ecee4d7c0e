import type { TimeRange, Uri } from '../../../server/protocol/base.ts';
import type { ExportFormat, ExportResult } from '../../../server/protocol/export.ts';
import type { SubtitlesProgress } from '../../../server/protocol/subtitles.ts';
import type { State } from '../state.ts';
import { fileNameOfUri } from '../text.ts';
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
    changeSubtitles: (choice: Partial<State['subtitleChoice']>) =>
      store.set({ subtitleChoice: { ...store.get().subtitleChoice, ...choice } }),
    /** Saves what is said in a video as subtitles, translated if a language is chosen. */
    async saveSubtitles(uri: Uri) {
      const { format, translate } = store.get().subtitleChoice;
      store.set({ notice: undefined, translating: translate === '' ? undefined : { done: 0, total: 1 } });
      try {
        const { text, translation } = await request(
          'goldfish/subtitles',
          { uri, format, ...(translate !== '' && { translate }) },
          { onPartial: (value) => store.set({ translating: value as SubtitlesProgress }) },
        );
        const name = fileNameOfUri(uri).replace(/\.[^.]+$/, '');
        saveText(text, [name, translate, format].filter((part) => part !== '').join('.'));
        const kept = translation?.untranslated ?? 0;
        const untranslated =
          kept === 0
            ? ''
            : ` ${kept === 1 ? '1 line keeps' : `${kept} lines keep`} the words of the speaker.`;
        store.set({ dialog: undefined, announcement: `Subtitles saved.${untranslated}` });
      } catch (error) {
        store.set({ notice: toProblem(error) });
      } finally {
        store.set({ translating: undefined });
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
