import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { extname, join, relative } from 'node:path';
import { digestOf } from '../digest.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvaluationTools } from '../evaluation-tools.ts';
import type { EvalItem } from '../item.ts';
import { toEvalFileName } from '../paths.ts';
import {
  type FramePart,
  type ParsedItem,
  type SetAdapter,
  type SetCue,
  type SetFile,
  type SetVideo,
  shiftSpans,
  type VideoSource,
} from '../sets/set-adapter.ts';
import {
  type FolderContents,
  findPictureFolder,
  indexSubtitles,
  indexVideos,
  listFolderContents,
  listPictures,
  readWantedFiles,
  type StemIndex,
} from './find-set-files.ts';
import type { MissingPart, PreparedSetInfo, PreparedVideo } from './prepared-set.ts';
import { formatSetSubtitles, shiftCues } from './set-subtitles.ts';

/** Folders of a set on this disk. `videos` and `subtitles` may be the same as `annotations`. */
export interface SetFolders {
  readonly annotations: string;
  readonly videos: string;
  readonly subtitles: string;
}

type PrepareTools = Pick<EvaluationTools, 'writePictureSequence' | 'readPicture' | 'onProgress' | 'signal'>;

/** A video with what was found of it. */
interface FoundVideo {
  readonly prepared: PreparedVideo;
  /** Second at which each part begins; empty for a file. */
  readonly partStarts: ReadonlyMap<string, number>;
}

/** Everything that finding and building a video needs. */
interface PrepareJob {
  readonly adapter: SetAdapter;
  readonly folder: string;
  readonly contents: FolderContents;
  readonly videos: StemIndex;
  readonly subtitles: StemIndex;
  readonly tools: PrepareTools;
}

/** Makes a file appear in a folder without copying it: hard link, else symbolic link, else a copy. */
function placeFile(from: string, to: string): void {
  rmSync(to, { force: true });
  for (const place of [linkSync, symlinkSync, copyFileSync])
    try {
      place(from, to);
      return;
    } catch {
      // The next way needs less of the file system.
    }
  throw new EvaluationError(
    `Cannot place ${from} in ${to}.`,
    'Free up disk space, or choose another data folder.',
  );
}

/** Returns the path in the folder for runs with or without subtitles. */
function toMediaPath(folder: string, kind: 'speech' | 'plain', name: string): string {
  mkdirSync(join(folder, kind), { recursive: true });
  return join(folder, kind, name);
}

/** Places the set's subtitles beside a video. Returns whether it has any. */
function placeSubtitles(job: PrepareJob, video: SetVideo, stem: string, cues: readonly SetCue[]): boolean {
  const { adapter, folder, subtitles } = job;
  const found = subtitles.find(video.subtitleStems);
  const lines =
    cues.length > 0 || found === undefined || adapter.parseSubtitles === undefined
      ? cues
      : adapter.parseSubtitles({ name: found, text: readFileSync(found, 'utf8') });
  if (lines.length > 0) {
    writeFileSync(toMediaPath(folder, 'speech', `${stem}.srt`), formatSetSubtitles(lines));
    return true;
  }
  if (found === undefined || adapter.parseSubtitles !== undefined) return false;
  copyFileSync(found, toMediaPath(folder, 'speech', `${stem}${extname(found).toLowerCase()}`));
  return true;
}

function placeVideoFile(job: PrepareJob, video: SetVideo, path: string): FoundVideo {
  const stem = toEvalFileName(video.id);
  const name = `${stem}${extname(path).toLowerCase()}`;
  const [speech, plain] = [toMediaPath(job.folder, 'speech', name), toMediaPath(job.folder, 'plain', name)];
  placeFile(path, speech);
  placeFile(path, plain);
  const hasSubtitles = placeSubtitles(job, video, stem, video.cues ?? []);
  return {
    prepared: toPreparedVideo(job, video.id, speech, plain, hasSubtitles, false),
    partStarts: new Map(),
  };
}

function toPreparedVideo(
  { folder }: PrepareJob,
  id: string,
  path: string,
  plainPath: string,
  hasSubtitles: boolean,
  built: boolean,
): PreparedVideo {
  return {
    id,
    path: relative(folder, path),
    plainPath: relative(folder, plainPath),
    hasSubtitles,
    built,
  };
}

/** Joins pictures of all parts to one video, unless an earlier run has. */
async function buildVideo(
  job: PrepareJob,
  video: SetVideo,
  parts: readonly { readonly part: FramePart; readonly pictures: readonly string[] }[],
  fps: number,
): Promise<FoundVideo> {
  const { folder, tools } = job;
  const partStarts = new Map<string, number>();
  const cues: SetCue[] = [];
  let frames = 0;
  for (const { part, pictures } of parts) {
    partStarts.set(part.name, frames / fps);
    cues.push(...shiftCues(part.cues, frames / fps));
    frames += pictures.length;
  }
  const stem = toEvalFileName(video.id);
  // The number of frames is in the name: a video that is there is complete, because it was renamed when it was.
  const plain = toMediaPath(folder, 'plain', `${stem}.mp4`);
  const built = join(folder, `${stem}.${frames}.built`);
  try {
    readFileSync(built);
  } catch {
    const partial = `${plain}.part.mp4`;
    const pictures = parts.flatMap((part) => part.pictures);
    await tools.writePictureSequence(
      { pictures: readPictures(pictures, tools), fps, path: partial },
      tools.signal,
    );
    renameSync(partial, plain);
    writeFileSync(built, '');
  }
  const speech = toMediaPath(folder, 'speech', `${stem}.mp4`);
  placeFile(plain, speech);
  const hasSubtitles = placeSubtitles(job, video, stem, cues);
  return { prepared: toPreparedVideo(job, video.id, speech, plain, hasSubtitles, true), partStarts };
}

async function* readPictures(paths: readonly string[], { readPicture }: PrepareTools) {
  for (const path of paths) yield await readPicture(path);
}

/** Finds a video in the first of its forms that is complete. Returns what is missing otherwise. */
async function findVideo(
  job: PrepareJob,
  video: SetVideo,
): Promise<FoundVideo | { readonly missing: string }> {
  const missing: string[] = [];
  for (const source of video.sources) {
    const found = await findSource(job, video, source);
    if ('prepared' in found) return found;
    missing.push(found.missing);
  }
  return { missing: missing.join(', or ') };
}

async function findSource(job: PrepareJob, video: SetVideo, source: VideoSource) {
  if (source.kind === 'file') {
    const path = job.videos.find(source.stems);
    return path === undefined
      ? { missing: `${source.stems[0] ?? video.id}.mp4 (or another video format)` }
      : placeVideoFile(job, video, path);
  }
  const parts = source.parts.map((part) => {
    const folder = findPictureFolder(job.contents, part.folders);
    return { part, pictures: folder === undefined ? [] : listPictures(folder) };
  });
  const absent = parts.find(({ pictures }) => pictures.length === 0);
  return absent === undefined && parts.length > 0
    ? buildVideo(job, video, parts, source.fps)
    : { missing: `pictures in ${absent?.part.folders[0] ?? video.id}` };
}

/** Moves spans from the part of a video to the video as it was built. */
function toEvalItem({ part, ...item }: ParsedItem, { partStarts }: FoundVideo): EvalItem {
  const start = part === undefined ? undefined : partStarts.get(part);
  const { spans } = item.gold;
  if (start === undefined || spans === undefined) return item;
  return { ...item, gold: { ...item.gold, spans: shiftSpans(spans, start) } };
}

/** Reads an adapter's files. Throws EvaluationError if one that it needs is missing. */
function readSetFiles(
  adapter: SetAdapter,
  folders: SetFolders,
  list: (folder: string) => FolderContents,
): ReadonlyMap<string, readonly SetFile[]> {
  const files = new Map<string, readonly SetFile[]>();
  for (const wanted of adapter.files) {
    const folder = folders[wanted.folder];
    const found = readWantedFiles(list(folder), wanted);
    if (found.length === 0 && wanted.required)
      throw new EvaluationError(
        `${adapter.title}: no ${wanted.patterns.join(' or ')} in ${folder}.`,
        `Get the set from ${adapter.source} and name the folder of its files with --from.`,
      );
    files.set(wanted.role, found);
  }
  return files;
}

/**
 * Reads a set from its folders, makes its videos ready and writes `set.json` and `items.jsonl` to `folder`. Says what is
 * missing, item by item. Downloads nothing. An interrupted call continues.
 */
export async function prepareSet(
  adapter: SetAdapter,
  folders: SetFolders,
  folder: string,
  tools: PrepareTools,
): Promise<PreparedSetInfo> {
  const listed = new Map<string, FolderContents>();
  const list = (path: string) => {
    const contents = listed.get(path) ?? listFolderContents(path);
    listed.set(path, contents);
    return contents;
  };
  const parsed = adapter.parse(readSetFiles(adapter, folders, list));
  mkdirSync(folder, { recursive: true });
  const contents = list(folders.videos);
  const job: PrepareJob = {
    adapter,
    folder,
    contents,
    videos: indexVideos(contents),
    subtitles: indexSubtitles(list(folders.subtitles)),
    tools,
  };
  const itemsByVideo = Map.groupBy(parsed.items, ({ video }) => video);
  const found = new Map<string, FoundVideo>();
  const missing: MissingPart[] = [];
  for (const [i, video] of parsed.videos.entries()) {
    tools.signal.throwIfAborted();
    const items = itemsByVideo.get(video.id)?.length ?? 0;
    if (items === 0) continue;
    tools.onProgress(`preparing video ${i + 1} of ${parsed.videos.length}`);
    const result = await findVideo(job, video);
    if ('prepared' in result) found.set(video.id, result);
    else missing.push(toMissingVideo(video.id, result.missing, items, folders));
  }
  const usable = parsed.items.flatMap((item) => {
    const video = found.get(item.video);
    return video === undefined ? [] : [toEvalItem(item, video)];
  });
  const videos = [...found.values()].map(({ prepared }) => prepared);
  const info: PreparedSetInfo = {
    set: adapter.id,
    digest: digestOf({ items: usable, videos: videos.map(({ id, hasSubtitles }) => ({ id, hasSubtitles })) }),
    from: folders.annotations,
    items: usable.length,
    videos,
    missing,
    problems: parsed.problems,
  };
  const lines = usable.map((item) => `${JSON.stringify(item)}\n`).join('');
  writeFileSync(join(folder, 'items.jsonl'), lines);
  writeFileSync(join(folder, 'set.json'), `${JSON.stringify(info, null, 2)}\n`);
  return info;
}

const toMissingVideo = (id: string, what: string, items: number, { videos }: SetFolders): MissingPart => ({
  what: `video ${id}: ${what}`,
  remedy: `Put it into ${videos}, or name its folder with --videos.`,
  items,
});
