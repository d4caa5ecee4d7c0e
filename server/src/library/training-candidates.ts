import { parseClipId } from '../core/domain/clip-id.ts';
import type { Line } from '../core/domain/description.ts';
import { overlapMs, type TimeRange } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { orderLines } from '../core/language/lines.ts';
import {
  captionTarget,
  type RowSource,
  rowId,
  subtitleTarget,
  TAG_QUESTION,
  type TrainingTarget,
} from '../core/training/training-row.ts';
import { type VideoDeps, videoNotFound } from './describe-video.ts';

/** A clip of which a row is made. A row of `host` gets its text when it is written. */
export interface TrainingCandidate {
  readonly copy: VideoFile;
  readonly clip: TimeRange;
  readonly target: TrainingTarget;
}

/** Which clips become rows. */
export interface CandidateChoice {
  /** Absent: corrections, tags and captions. */
  readonly from: readonly RowSource[];
  /** Folders or videos; absent: everything. */
  readonly uris: readonly string[] | undefined;
  readonly captionsPerCorrection: number | undefined;
  readonly hostClips: number | undefined;
  /** Name of the host's model. */
  readonly host: string | undefined;
}

const DEFAULT_CAPTIONS_PER_CORRECTION = 5;
const MIN_CAPTIONS = 100;
const DEFAULT_HOST_CLIPS = 200;

/** Returns one copy of each content: a row is about what is in the file, not where it is. */
function copiesIn({ catalogue }: VideoDeps, uris: readonly string[] | undefined): readonly VideoFile[] {
  const copies =
    uris === undefined
      ? [...catalogue.copies()]
      : uris.flatMap((uri) => {
          const found = catalogue.under(uri);
          if (found.length === 0) throw videoNotFound(uri);
          return found;
        });
  const byContent = new Map<string, VideoFile>();
  for (const copy of copies.toSorted((a, b) => (a.uri < b.uri ? -1 : 1)))
    if (!copy.forgotten && copy.videoId !== '' && !byContent.has(copy.videoId))
      byContent.set(copy.videoId, copy);
  return [...byContent.values()];
}

const TAGGED = { source: 'tags', describer: 'a person', question: TAG_QUESTION } as const;

type ClipTarget = Omit<TrainingCandidate, 'copy'>;

function tagTargets(record: VideoRecord, deps: VideoDeps): readonly ClipTarget[] {
  const tags = deps.corrections.forVideo(record.videoId).filter(({ change }) => change === 'tag');
  return record.clips.flatMap((clip) => {
    const texts = tags.flatMap((tag) =>
      // A tag that touches only the edge of a clip may be about the next one.
      tag.change === 'tag' && overlapMs(tag, clip) * 2 >= clip.endMs - clip.startMs ? [tag.text] : [],
    );
    if (texts.length === 0) return [];
    return [{ clip, target: { ...TAGGED, text: `${texts.join(', ')}.` } }];
  });
}

async function captionTargets(
  copy: VideoFile,
  record: VideoRecord,
  deps: VideoDeps,
): Promise<readonly ClipTarget[]> {
  const rows = await deps.storeWithCorrections.descriptions(record.videoId, copy.uri, ['caption']);
  const known = new Set(record.clips.map(({ startMs, endMs }) => `${startMs}-${endMs}`));
  return rows.flatMap((row) => {
    const clip = parseClipId(row.clipId) ?? row;
    return row.lines.flatMap((line) => {
      const target = line.kind === 'caption' ? captionTarget(line) : undefined;
      // A caption of a clip with old edges describes other frames.
      if (target === undefined || !known.has(`${clip.startMs}-${clip.endMs}`)) return [];
      return [{ clip: { startMs: clip.startMs, endMs: clip.endMs }, target }];
    });
  });
}

/** What subtitles say of each clip: an audio description describes it, spoken lines answer what is said. */
async function subtitleTargets(
  copy: VideoFile,
  record: VideoRecord,
  deps: VideoDeps,
): Promise<readonly ClipTarget[]> {
  const rows = await deps.storeWithCorrections.descriptions(record.videoId, copy.uri, ['cues']);
  const lines = orderLines(rows.flatMap((row) => row.lines));
  // A line belongs to the clip in which its middle lies.
  const isIn = ({ startMs, endMs }: Line, clip: TimeRange) => {
    const middle = (startMs + endMs) / 2;
    return clip.startMs <= middle && middle < clip.endMs;
  };
  return record.clips.flatMap(({ startMs, endMs }) => {
    const clip = { startMs, endMs };
    const target = subtitleTarget(lines.filter((line) => isIn(line, clip)));
    return target === undefined ? [] : [{ clip, target }];
  });
}

async function targetsOf(
  copy: VideoFile,
  record: VideoRecord,
  { from, host = '' }: CandidateChoice,
  deps: VideoDeps,
): Promise<readonly ClipTarget[]> {
  const captions = await captionTargets(copy, record, deps);
  const subtitles = from.includes('subtitles') ? await subtitleTargets(copy, record, deps) : [];
  const corrected = new Set(captions.filter(({ target }) => target.source === 'corrections').map(keyOfClip));
  // A person's words outrank any model's.
  const described = record.clips
    .filter((clip) => from.includes('host') && !corrected.has(keyOfClip({ clip })))
    .map(({ startMs, endMs }) => ({
      clip: { startMs, endMs },
      target: { source: 'host', text: '', describer: host } as const,
    }));
  const all = [...captions, ...tagTargets(record, deps), ...subtitles, ...described];
  return all.filter(({ target }) => from.includes(target.source));
}

const keyOfClip = ({ clip: { startMs, endMs } }: { readonly clip: TimeRange }) => `${startMs}-${endMs}`;

/** Returns the first candidates in an order by hash: spread over all videos, and the same each time. */
function draw(candidates: readonly TrainingCandidate[], count: number): readonly TrainingCandidate[] {
  const keyOf = ({ copy, clip, target }: TrainingCandidate) => rowId(copy.videoId, clip, target.source);
  return candidates.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, count);
}

/**
 * Returns the clips of which rows are made, in the order of the library. Only one row describes a clip: a correction, else
 * a description from subtitles, else the host's, else the captioner's own.
 */
export async function findCandidates(
  choice: CandidateChoice,
  deps: VideoDeps & { readonly signal: AbortSignal },
): Promise<readonly TrainingCandidate[]> {
  const { captionsPerCorrection = DEFAULT_CAPTIONS_PER_CORRECTION, hostClips = DEFAULT_HOST_CLIPS } = choice;
  const all: TrainingCandidate[] = [];
  for (const copy of copiesIn(deps, choice.uris)) {
    deps.signal.throwIfAborted();
    const record = deps.catalogue.video(copy.videoId);
    if (record === undefined) continue;
    all.push(...(await targetsOf(copy, record, choice, deps)).map((target) => ({ copy, ...target })));
  }
  const of = (source: RowSource) => all.filter(({ target }) => target.source === source);
  const byPeople = [...of('corrections'), ...of('tags')];
  const limit = Math.max(MIN_CAPTIONS, Math.round(byPeople.length * captionsPerCorrection));
  const described = new Set<string>();
  const chosen = new Set<TrainingCandidate>(byPeople);
  const addAll = (candidates: readonly TrainingCandidate[]) => {
    for (const candidate of candidates) {
      const key = `${candidate.copy.videoId} ${keyOfClip(candidate)}`;
      if (candidate.target.question === undefined) {
        if (described.has(key)) continue;
        described.add(key);
      }
      chosen.add(candidate);
    }
  };
  addAll(of('corrections'));
  addAll(draw(of('subtitles'), limit));
  addAll(draw(of('host'), hostClips));
  addAll(draw(of('captions'), limit));
  return all.filter((candidate) => chosen.has(candidate));
}
