import { l10n, Uri, window, workspace } from 'vscode';
import type { ExportFormat, ExportMoment, ExportParams } from '../../server/protocol/export.ts';
import { type MediaFormat, type Target, writeClips } from './clips.ts';
import type { Daemon } from './daemon.ts';
import { pickMoments } from './search.ts';

/** What each format is called, and the language that its text is shown in. */
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

/** What may be given beside moments: a format of text or media, and for media where to. */
export type Given = Omit<Partial<ExportParams>, 'format'> & {
  readonly format?: ExportFormat | MediaFormat;
  readonly target?: Target;
};

const isText = (given: unknown): given is ExportFormat => FORMATS.some(([format]) => format === given);
const isFormat = (given: unknown): given is ExportFormat | MediaFormat =>
  isText(given) || given === 'clips' || given === 'cut';

/** Writes moments in a format: those given, else those that the person searches for and ticks. */
export async function exportMoments(daemon: Daemon, given: Given = {}): Promise<void> {
  const moments = given.moments ?? (await pickMoments(daemon))?.map(momentOf);
  if (moments === undefined || moments.length === 0) return;
  const format = isFormat(given.format) ? given.format : await pickFormat();
  if (format === undefined) return;
  if (!isText(format)) return writeClips(daemon, moments, format, given.target);
  const params = { moments, format, ...(given.title === undefined ? {} : { title: given.title }) };
  const { text, extension } = await daemon.request('goldfish/export', params);
  const [, , language = 'plaintext'] = FORMATS.find(([known]) => known === format) ?? [];
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language }));
  const save = l10n.t('Save as ...');
  // The document stays open whatever becomes of the question.
  void window
    .showInformationMessage(l10n.t('Goldfish wrote {0} moments.', moments.length), save)
    .then((chosen) => (chosen === save ? saveAs(daemon, params, text, extension) : undefined))
    .then(undefined, (error: Error) => window.showErrorMessage(`Goldfish: ${error.message}`));
}

const momentOf = ({ uri, startMs, endMs }: ExportMoment): ExportMoment => ({ uri, startMs, endMs });

async function pickFormat(): Promise<ExportFormat | MediaFormat | undefined> {
  const items = [
    ...FORMATS.map(([format, label]) => ({ label, format })),
    { label: l10n.t('A clip file for each'), format: 'clips' as const },
    { label: l10n.t('One clip, cut together'), format: 'cut' as const },
  ];
  return (await window.showQuickPick(items, { placeHolder: l10n.t('In which format?') }))?.format;
}

async function saveAs(daemon: Daemon, params: ExportParams, text: string, extension: string): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/');
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(folder, `moments.${extension}`),
    filters: { [extension]: [extension] },
  });
  if (target === undefined) return;
  // The daemon alone knows which files must not be written over; the dialog has asked about the others.
  if (target.scheme === 'file')
    await daemon.request('goldfish/export', { ...params, file: target.toString(), force: true });
  else await workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
