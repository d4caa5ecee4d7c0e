import { l10n, Uri, window, workspace } from 'vscode';
import type { ExportFormat, ExportMoment, ExportParams } from '../../server/protocol/export.ts';
import type { Daemon } from './daemon.ts';
import { pickMoments } from './pick-moment.ts';
import { type ClipTarget, type MediaFormat, writeClips } from './write-clips.ts';

/** Lists each format with its name and the editor language for its text. */
const FORMATS: readonly (readonly [format: ExportFormat, name: string, language: string])[] = [
  ['markdown', 'Markdown', 'markdown'],
  ['srt', 'SubRip (.srt)', 'plaintext'],
  ['vtt', 'WebVTT (.vtt)', 'plaintext'],
  ['chapters', 'Chapters', 'plaintext'],
  ['ffmetadata', 'Chapters for FFmpeg', 'plaintext'],
  ['m3u', 'Playlist (.m3u)', 'plaintext'],
  ['edl', 'CMX 3600 (.edl)', 'plaintext'],
  ['otio', 'OpenTimelineIO (.otio)', 'json'],
  ['fcpxml', 'Final Cut Pro XML (.fcpxml)', 'xml'],
];

/** Holds the optional arguments of the command: a format of text or media, and the destination of media. */
export type ExportOptions = Omit<Partial<ExportParams>, 'format'> & {
  readonly format?: ExportFormat | MediaFormat;
  readonly target?: ClipTarget;
};

const isText = (value: unknown): value is ExportFormat => FORMATS.some(([format]) => format === value);
const isFormat = (value: unknown): value is ExportFormat | MediaFormat =>
  isText(value) || value === 'clips' || value === 'cut';

/** Exports moments: those given, or else those that the user searches for and selects. */
export async function exportMoments(daemon: Daemon, options: ExportOptions = {}): Promise<void> {
  const moments = options.moments ?? (await pickMoments(daemon))?.map(toExportMoment);
  if (moments === undefined || moments.length === 0) return;
  const format = isFormat(options.format) ? options.format : await pickFormat();
  if (format === undefined) return;
  if (!isText(format)) return writeClips(daemon, moments, format, options.target);
  const params = { moments, format, ...(options.title === undefined ? {} : { title: options.title }) };
  const { text, extension } = await daemon.request('goldfish/export', params);
  const [, , language = 'plaintext'] = FORMATS.find(([knownFormat]) => knownFormat === format) ?? [];
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language }));
  const saveLabel = l10n.t('Save as ...');
  // Do not wait for the answer: the document stays open anyway.
  void window
    .showInformationMessage(l10n.t('Goldfish exported {0} moments.', moments.length), saveLabel)
    .then((choice) => (choice === saveLabel ? saveAs(daemon, params, text, extension) : undefined))
    .then(undefined, (error: Error) => window.showErrorMessage(`Goldfish: ${error.message}`));
}

const toExportMoment = ({ uri, startMs, endMs }: ExportMoment): ExportMoment => ({ uri, startMs, endMs });

async function pickFormat(): Promise<ExportFormat | MediaFormat | undefined> {
  const items = [
    ...FORMATS.map(([format, label]) => ({ label, format })),
    { label: l10n.t('One video file per moment'), format: 'clips' as const },
    { label: l10n.t('One video of all moments'), format: 'cut' as const },
  ];
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Choose a format') }))?.format;
}

async function saveAs(daemon: Daemon, params: ExportParams, text: string, extension: string): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/');
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(folder, `moments.${extension}`),
    filters: { [extension]: [extension] },
  });
  if (target === undefined) return;
  // Only the daemon knows which files must not be overwritten. The dialog has asked about the others.
  if (target.scheme === 'file')
    await daemon.request('goldfish/export', { ...params, file: target.toString(), force: true });
  else await workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
