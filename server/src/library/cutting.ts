import type { Tokens } from '../../protocol/base.ts';
import type { ExportClipsParams, ExportClipsProgress, ExportClipsResult } from '../../protocol/export.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { showFileUri } from '../base/file-uri.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { cutEnding, cutShape } from '../exporting/clips.ts';
import { clipNames } from '../exporting/fileNames.ts';
import type { Moment } from '../exporting/selection.ts';
import { RequestError } from '../library.ts';
import type { CutRequest } from '../ports/converter.ts';
import type { Disk } from '../ports/disk.ts';
import type { Media } from '../ports/media.ts';
import { chosenOf } from './exporting.ts';
import { outputPath, rethrowOutput } from './output.ts';

interface Parts {
  readonly media: Media;
  readonly disk: Disk;
  readonly videoOf: (uri: string) => Promise<VideoResult>;
  readonly guard: GuardOutput;
}

export type ExportClipsRequest = Omit<ExportClipsParams, keyof Tokens>;

/** A file that is to be written, of moments one after the other. */
interface Planned {
  readonly uri: string;
  readonly moments: readonly Moment[];
}

const invalid = (message: string, remedy: string, uri?: string) =>
  new RequestError('invalid', message, remedy, uri);

async function plannedOf(
  { folder, file, how }: ExportClipsRequest,
  moments: readonly Moment[],
  { disk }: Parts,
  signal: AbortSignal,
): Promise<readonly Planned[]> {
  if ((folder === undefined) === (file === undefined))
    throw invalid(
      'A folder for clips or a file for all of them is to be given, and not both.',
      'Name one of the two.',
    );
  if (file !== undefined) {
    const ending = cutEnding(moments, 'exact', []);
    if (how === 'copy' && moments.length > 1)
      throw invalid(
        'Several moments cannot be copied into one file.',
        'Leave out the quick way: they are encoded anew.',
      );
    if (!file.toLowerCase().endsWith(`.${ending}`))
      throw invalid(
        `${showFileUri(file)} must end in .${ending}.`,
        `Name a file that ends in .${ending}.`,
        file,
      );
    return [{ uri: file, moments }];
  }
  const base = (folder ?? '').replace(/\/$/, '');
  if ((await disk.state(base, signal)).state !== 'ok')
    throw new RequestError(
      'notFound',
      `${showFileUri(base)} is no folder that can be read.`,
      'Make it first.',
      base,
    );
  const names = clipNames(moments);
  return moments.map((moment, at) => {
    const ending = cutEnding([moment], how ?? 'exact', moment.source.codecs);
    return { uri: `${base}/${encodeURIComponent(`${names[at]}.${ending}`)}`, moments: [moment] };
  });
}

/** Files that are there stop it before anything is written. */
async function checkFree(planned: readonly Planned[], force: boolean, parts: Parts, signal: AbortSignal) {
  for (const { uri } of planned) {
    await parts.guard(outputPath(uri)).catch(rethrowOutput(uri));
    if (!force && (await parts.disk.stat(uri, signal)) !== undefined)
      throw invalid(
        `${showFileUri(uri)} is there already.`,
        'Choose another folder or name, or force it.',
        uri,
      );
  }
}

/** Writes moments as files, one after the other. What is whole by then stays where a later one fails. */
export async function exportClips(
  parts: Parts,
  request: ExportClipsRequest,
  onProgress: (progress: ExportClipsProgress) => void,
  signal: AbortSignal,
): Promise<ExportClipsResult> {
  const { how = 'exact', force = false } = request;
  const moments = await chosenOf(parts.videoOf, request.moments);
  const planned = await plannedOf(request, moments, parts, signal);
  await checkFree(planned, force, parts, signal);
  const totalMs = moments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const files: ExportClipsResult['files'][number][] = [];
  let beforeMs = 0;
  for (const { uri, moments: own } of planned) {
    const path = outputPath(uri);
    const pieces = own.map(({ source, startMs, endMs }) => ({ uri: source.uri, startMs, endMs }));
    const asked: CutRequest = { pieces, how, path, ...cutShape(own) };
    const lengthMs = pieces.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    const tell = (doneMs: number) =>
      onProgress({ doneMs: beforeMs + Math.min(lengthMs, Math.round(doneMs)), totalMs, path });
    tell(0);
    const { startMs, durationMs } = await parts.media
      .cut({ ...asked, force }, tell, signal)
      .catch(rethrowOutput(uri));
    const begun = how === 'copy' ? pieces.map((piece) => ({ ...piece, startMs })) : pieces;
    files.push({ uri, path, pieces: begun, durationMs });
    beforeMs += lengthMs;
    tell(0);
  }
  return { how, files };
}
