import { l10n, type QuickPickItem, window } from 'vscode';
import { CORRECTABLE_KINDS } from '../../server/protocol/names.ts';
import type { Hit } from '../../server/protocol/search.ts';
import type { VideoItem } from '../../server/protocol/videos.ts';
import { formatTime, nameOf } from '../page/text.ts';
import type { Daemon } from './daemon.ts';
import { pickMoment, plainText } from './pick-moment.ts';

/** How many videos one request lists. */
const LIST_PAGE = 2500;

interface VideoPick extends QuickPickItem {
  readonly video: VideoItem;
}

async function listVideos(daemon: Daemon): Promise<readonly VideoItem[]> {
  const videos: VideoItem[] = [];
  for (;;) {
    const page = await daemon.request('goldfish/videos', { offset: videos.length, limit: LIST_PAGE });
    videos.push(...page.videos);
    if (page.videos.length === 0 || videos.length >= page.total) return videos;
  }
}

async function toVideoPicks(daemon: Daemon): Promise<readonly VideoPick[]> {
  return (await listVideos(daemon))
    .filter(({ state }) => state !== 'forgotten')
    .map((video) => ({
      video,
      label: plainText(nameOf(video.path)),
      description: `${formatTime(video.durationMs)}, ${plainText(video.path)}`,
    }));
}

/** Lets the user choose videos that are in the index. */
async function pickVideos(daemon: Daemon, placeHolder: string): Promise<readonly VideoItem[]> {
  const picked = await window.showQuickPick(await toVideoPicks(daemon), {
    placeHolder,
    canPickMany: true,
    matchOnDescription: true,
  });
  return (picked ?? []).map(({ video }) => video);
}

/** Lets the user choose one video that is in the index. */
export async function pickVideo(daemon: Daemon, placeHolder: string): Promise<VideoItem | undefined> {
  return (await window.showQuickPick(await toVideoPicks(daemon), { placeHolder, matchOnDescription: true }))
    ?.video;
}

/** Indexes videos again that the user chooses. */
export async function reindexVideos(daemon: Daemon): Promise<void> {
  for (const { uri } of await pickVideos(daemon, l10n.t('Choose videos to index again')))
    await daemon.request('goldfish/reindex', { uri });
}

/** Removes videos from the index that the user chooses. Their files and corrections stay. */
export async function forgetVideos(daemon: Daemon): Promise<void> {
  const videos = await pickVideos(daemon, l10n.t('Choose videos to remove from the index. The files stay.'));
  if (videos.length === 0) return;
  const remove = l10n.t('Remove from Index');
  const answer = await window.showWarningMessage(
    l10n.t('Remove {0} videos from the index? The files and your corrections stay.', videos.length),
    { modal: true },
    remove,
  );
  if (answer !== remove) return;
  for (const { uri } of videos) await daemon.request('goldfish/forget', { uri });
}

/** Returns the line of a moment that a person can correct, with its kind. */
function lineOf({ evidence }: Hit) {
  for (const line of evidence) {
    const kind = CORRECTABLE_KINDS.find((candidate) => candidate === line.kind);
    if (kind !== undefined) return { ...line, kind };
  }
  return undefined;
}

/** Corrects the line of a moment that the user chooses. An empty text deletes the line. */
export async function correctLine(daemon: Daemon): Promise<void> {
  const hit = await pickMoment(daemon);
  const line = hit && lineOf(hit);
  if (hit === undefined) return;
  if (line === undefined) throw new Error(l10n.t('This moment has no line that can be corrected.'));
  const text = await window.showInputBox({
    value: line.text,
    title: `${nameOf(hit.path)} ${formatTime(line.startMs)}`,
    prompt: l10n.t('Leave empty to delete the line. The file is not changed.'),
  });
  if (text === undefined || text === line.text) return;
  const { kind, startMs, text: was } = line;
  await daemon.request('goldfish/corrections/line', {
    uri: hit.uri,
    kind,
    startMs,
    was,
    text,
  });
}

/** Tags a moment that the user chooses with words of their own. */
export async function tagMoment(daemon: Daemon): Promise<void> {
  const hit = await pickMoment(daemon);
  if (hit === undefined) return;
  const { uri, path, startMs, endMs } = hit;
  const tag = await window.showInputBox({
    title: `${nameOf(path)} ${formatTime(startMs)}`,
    prompt: l10n.t('Tag'),
  });
  if (tag?.trim()) await daemon.request('goldfish/corrections/tag', { uri, startMs, endMs, tag: tag.trim() });
}
