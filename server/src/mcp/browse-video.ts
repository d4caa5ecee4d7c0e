import type { TimeRange } from '../../protocol/base.ts';
import { browseVideoTool } from '../../protocol/tools.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { clipLink } from './clip-links.ts';
import { evidenceText, formatTimeRange } from './result-shapes.ts';
import { placeToUri, type RegisterTool, registerTool } from './tool.ts';

const MAX_LINES = 200;
const MAX_CLIPS = 50;

const overlaps = (range: TimeRange) => (other: TimeRange) =>
  other.startMs < range.endMs && other.endMs > range.startMs;

/** Returns the part of a video inside a range, truncated if it is too long. */
function selectPart(video: VideoResult, range: TimeRange) {
  const lines = video.lines.filter(overlaps(range));
  const clips = video.clips.filter(overlaps(range));
  return {
    ...video,
    chapters: video.chapters.filter(overlaps(range)),
    clips: clips.slice(0, MAX_CLIPS),
    speech: video.speech?.filter(overlaps(range)).slice(0, MAX_LINES),
    lines: lines.slice(0, MAX_LINES),
    nextMs: lines[MAX_LINES]?.startMs ?? clips[MAX_CLIPS]?.startMs,
  };
}

/** Says where somebody speaks, if no line quotes them. */
function speechText({ speech, lines }: Pick<VideoResult, 'speech' | 'lines'>): readonly string[] {
  if (speech === undefined || speech.length === 0 || lines.some(({ kind }) => kind === 'speech')) return [];
  return [`somebody speaks, without a transcript: ${speech.map(formatTimeRange).join(', ')}`];
}

function partText(part: ReturnType<typeof selectPart>): string {
  const moreText = part.nextMs === undefined ? [] : [`More: call again with startMs ${part.nextMs}.`];
  return [
    `${toOneLine(part.path)}: ${toOneLine(part.title)}, ${part.durationMs} ms, recorded ${part.recorded}, ${part.state}`,
    ...part.chapters.map(
      (chapter) =>
        `[${formatTimeRange(chapter)}] ${chapter.automatic ? 'automatic chapter' : 'chapter'}: ${toOneLine(chapter.title)}`,
    ),
    ...speechText(part),
    ...part.lines.map(evidenceText),
    ...moreText,
  ].join('\n');
}

export const registerBrowseVideo: RegisterTool = (server, sendRequest) =>
  registerTool(server, browseVideoTool, async ({ video, startMs, endMs }, { signal }) => {
    const result = await sendRequest('goldfish/video', { uri: placeToUri(video) }, signal);
    const part = selectPart(result, { startMs, endMs: endMs ?? Number.MAX_SAFE_INTEGER });
    const links = part.clips.map((clip) => clipLink({ ...clip, path: result.path }));
    return { content: [{ type: 'text', text: partText(part) }, ...links], structured: part };
  });
