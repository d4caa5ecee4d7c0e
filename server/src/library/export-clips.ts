import type { Tokens } from '../../protocol/base.ts';
import type { ExportClipsParams, ExportClipsProgress, ExportClipsResult } from '../../protocol/export.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { cutExtension, cutShape } from '../exporting/clip-output.ts';
import { clipNames } from '../exporting/file-names.ts';
import type { SelectedMoment } from '../exporting/selection.ts';
import { RequestError } from '../library.ts';
import type { CutRequest } from '../ports/converter.ts';
import type { Disk } from '../ports/disk.ts';
import type { Media } from '../ports/media.ts';
import { resolveMoments } from './export-moments.ts';
import { assertMayWrite, outputPath, rethrowOutput } from './output.ts';

interface ExportClipsDeps {
  readonly media: Media;
  readonly disk: Disk;
  readonly videoOf: (uri: string) => Promise<VideoResult>;
  readonly guard: GuardOutput;
}

export type ExportClipsRequest = Omit<ExportClipsParams, keyof Tokens>;

/** Describes an output file with its moments, one after the other. */
interface OutputFile {
  readonly uri: string;
  readonly moments: readonly SelectedMoment[];
}

const invalidRequest = (message: string, remedy: string, uri?: string) =>
  new RequestError('invalid', message, remedy, uri);

async function planFiles(
  { folder, file, how }: ExportClipsRequest,
  moments: readonly SelectedMoment[],
  { disk }: ExportClipsDeps,
  signal: AbortSignal,
): Promise<readonly OutputFile[]> {
  if ((folder === undefined) === (file === undefined))
    throw invalidRequest(
      'Exporting clips needs either a folder or a file.',
      'Give a folder for separate clips, or a file for one joined video.',
    );
  if (file !== undefined) {
    const extension = cutExtension(moments, 'exact', []);
    if (how === 'copy' && moments.length > 1)
      throw invalidRequest('Several moments cannot be joined without re-encoding.', 'Leave out --quick.');
    if (!file.toLowerCase().endsWith(`.${extension}`))
      throw invalidRequest(
        `${fileUriToDisplayPath(file)} does not end in .${extension}.`,
        `Choose a file name ending in .${extension}.`,
        file,
      );
    return [{ uri: file, moments }];
  }
  const base = (folder ?? '').replace(/\/$/, '');
  if ((await disk.state(base, signal)).state !== 'ok')
    throw new RequestError(
      'notFound',
      `${fileUriToDisplayPath(base)} is not a readable folder.`,
      'Create the folder first.',
      base,
    );
  const names = clipNames(moments);
  return moments.map((moment, index) => {
    const extension = cutExtension([moment], how ?? 'exact', moment.source.codecs);
    return { uri: `${base}/${encodeURIComponent(`${names[index]}.${extension}`)}`, moments: [moment] };
  });
}

/** Rejects before anything is written if an output file exists (unless `force` is set) or must not be written. */
async function assertWritable(
  outputFiles: readonly OutputFile[],
  force: boolean,
  deps: ExportClipsDeps,
  signal: AbortSignal,
) {
  for (const { uri } of outputFiles) {
    await assertMayWrite(deps.guard, uri);
    if (!force && (await deps.disk.stat(uri, signal)) !== undefined)
      throw invalidRequest(
        `${fileUriToDisplayPath(uri)} already exists.`,
        'Use --force to overwrite it, or choose another folder or name.',
        uri,
      );
  }
}

/** Writes moments as files, one after the other. If one fails, the finished files stay. */
export async function exportClips(
  deps: ExportClipsDeps,
  request: ExportClipsRequest,
  onProgress: (progress: ExportClipsProgress) => void,
  signal: AbortSignal,
): Promise<ExportClipsResult> {
  const { how = 'exact', force = false } = request;
  const moments = await resolveMoments(deps.videoOf, request.moments);
  const outputFiles = await planFiles(request, moments, deps, signal);
  await assertWritable(outputFiles, force, deps, signal);
  const totalMs = moments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const files: ExportClipsResult['files'][number][] = [];
  let doneBeforeMs = 0;
  for (const { uri, moments: fileMoments } of outputFiles) {
    const path = outputPath(uri);
    const pieces = fileMoments.map(({ source, startMs, endMs }) => ({ uri: source.uri, startMs, endMs }));
    const cutRequest: CutRequest = { pieces, how, path, ...cutShape(fileMoments) };
    const lengthMs = pieces.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    const report = (doneMs: number) =>
      onProgress({ doneMs: doneBeforeMs + Math.min(lengthMs, Math.round(doneMs)), totalMs, path });
    report(0);
    const { startMs, durationMs } = await deps.media
      .cut({ ...cutRequest, force }, report, signal)
      .catch(rethrowOutput(uri));
    const cutPieces = how === 'copy' ? pieces.map((piece) => ({ ...piece, startMs })) : pieces;
    files.push({ uri, path, pieces: cutPieces, durationMs });
    doneBeforeMs += lengthMs;
    report(0);
  }
  return { how, files };
}
