import type { FailedWork } from '../../protocol/status.ts';
import type { Coverage, CoverageCounts, CoverageState } from '../../protocol/videos.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { Ms } from '../core/domain/time-range.ts';
import { hasPictures, type VideoFile, type VideoRecord } from '../core/domain/video.ts';
import { sumSpans } from '../core/media/speech-spans.ts';
import type { Job } from '../core/pipeline/job.ts';
import { hasSound, isSubtitled } from '../core/pipeline/transcription-need.ts';
import { NO_TRANSCRIPT } from '../indexing/stages/transcribe.ts';
import { listFailures, listNotices } from './video-problems.ts';

/** Names what can be read with the models and settings in use. */
export interface Readers {
  readonly transcriber: boolean;
  readonly diariser: boolean;
  readonly captioner: boolean;
  readonly textEmbedder: boolean;
  readonly frameEmbedder: boolean;
  readonly screenText: boolean;
}

/** Returns whether subtitles or a transcript contain the speech of a video. */
function hasTranscript(copy: VideoFile, record: VideoRecord): boolean {
  const { transcribe } = record.done;
  const isTranscribed = transcribe !== undefined && transcribe !== NO_TRANSCRIPT;
  return isTranscribed || isSubtitled(record, [copy]) === true;
}

/** Returns how much speech of a video nobody has written down. Sound in which nobody speaks needs no transcript. */
function findMissingTranscript(copy: VideoFile, record: VideoRecord): MissingTranscript | undefined {
  const { probe, speech } = record;
  if (!hasSound(probe) || isSubtitled(record, [copy]) !== false || hasTranscript(copy, record)) return;
  if (speech === undefined) return { speechMs: undefined };
  return speech.length === 0 ? undefined : { speechMs: sumSpans(speech) };
}

/** A video whose speech is not searchable. */
interface MissingTranscript {
  /** Length of the speech; undefined until the sound is listened to. */
  readonly speechMs: Ms | undefined;
}

/** What is derived from one copy and its record, with the readers that it was derived for. */
export interface Derived {
  readonly record: VideoRecord | undefined;
  readonly readersKey: string;
  readonly coverage: Coverage;
  /** Stages that the video has with the models in use. */
  readonly stages: readonly Stage[];
  readonly failures: readonly FailedWork[];
  readonly notices: readonly FailedWork[];
  readonly missingTranscript: MissingTranscript | undefined;
  /** How much is done, 0..1, while these jobs wait. A changed plan is another list. */
  waiting: { readonly left: readonly Job[]; readonly share: number } | undefined;
}

/** Copies and records never change; changed ones are other objects. So an answer about all videos costs little. */
const derivedByCopy = new WeakMap<VideoFile, Derived>();

/** Derives what an answer about many videos needs of each. The same copy and record give the same object. */
export type Derive = (copy: VideoFile, record: VideoRecord | undefined) => Derived;

export function createDerive(readers: Readers, unavailable: ReadonlyMap<Stage, string>): Derive {
  const readersKey = [...Object.values(readers).map(Number), ...unavailable.keys()].join(' ');
  return (copy, record) => {
    const known = derivedByCopy.get(copy);
    if (known !== undefined && known.record === record && known.readersKey === readersKey) return known;
    const derived: Derived = {
      record,
      readersKey,
      coverage: coverageOf(copy, record, readers, unavailable),
      stages: expectedStages(copy, record, readers),
      failures: listFailures(copy, record),
      notices: listNotices(copy),
      missingTranscript: record && findMissingTranscript(copy, record),
      waiting: undefined,
    };
    derivedByCopy.set(copy, derived);
    return derived;
  };
}

/** Returns what is known of a video. `unavailable`: stages that cannot run now, although their reader is in use. */
export function coverageOf(
  copy: VideoFile,
  record: VideoRecord | undefined,
  readers: Readers,
  unavailable: ReadonlyMap<Stage, string>,
): Coverage {
  const isUnreadableYet = copy.growing?.isReadable === false;
  const hasFailed =
    !isUnreadableYet && (copy.failures.probe !== undefined || record?.failures.probe !== undefined);
  if (hasFailed) return { speech: 'failed', screenText: 'failed', pictures: 'failed' };
  if (record === undefined || record.done.probe === undefined)
    return { speech: 'waiting', screenText: 'waiting', pictures: 'waiting' };
  const canRun = (stage: Stage, hasReader: boolean) => hasReader && !unavailable.has(stage);
  return {
    speech: speechState(copy, record, canRun('transcribe', readers.transcriber)),
    screenText: screenTextState(record, canRun('screenText', readers.screenText)),
    pictures: picturesState(
      record,
      canRun('caption', readers.captioner) || canRun('embedFrames', readers.frameEmbedder),
    ),
  };
}

function speechState(copy: VideoFile, record: VideoRecord, canTranscribe: boolean): CoverageState {
  if (hasTranscript(copy, record)) return record.failures.transcribe === undefined ? 'known' : 'failed';
  const subtitled = isSubtitled(record, [copy]);
  if (!hasSound(record.probe)) return subtitled === undefined ? 'waiting' : 'none';
  if (subtitled === undefined) return 'waiting';
  if (canTranscribe) return 'waiting';
  return record.speech?.length === 0 ? 'none' : 'missing';
}

function screenTextState({ probe, done, failures, textTimes }: VideoRecord, canRead: boolean): CoverageState {
  if (!hasPictures(probe)) return 'none';
  if (failures.screenText !== undefined || failures.facts !== undefined) return 'failed';
  // Without a still picture that may contain text there is nothing to read, and that is known.
  if (done.screenText !== undefined || (done.facts !== undefined && textTimes?.length === 0)) return 'known';
  return canRead ? 'waiting' : 'missing';
}

function picturesState({ probe, done, failures }: VideoRecord, canRead: boolean): CoverageState {
  if (!hasPictures(probe)) return 'none';
  const isCaptioned = done.caption !== undefined && failures.caption === undefined;
  const isEmbedded = done.embedFrames !== undefined && failures.embedFrames === undefined;
  if (isCaptioned || isEmbedded) return 'known';
  if (failures.caption !== undefined || failures.embedFrames !== undefined) return 'failed';
  return canRead ? 'waiting' : 'missing';
}

/** Returns the stages that a video has with the models in use, for its percentage. */
function expectedStages(
  copy: VideoFile,
  record: VideoRecord | undefined,
  readers: Readers,
): readonly Stage[] {
  const stages: Stage[] = ['probe', 'cues', 'facts', 'passages'];
  const isPictured = record === undefined || record.done.probe === undefined || hasPictures(record.probe);
  if (isPictured && readers.screenText && record?.textTimes?.length !== 0) stages.push('screenText');
  if (isPictured && readers.captioner) stages.push('caption');
  if (isPictured && readers.frameEmbedder) stages.push('embedFrames');
  if (readers.textEmbedder) stages.push('embed');
  const needsTranscript =
    record !== undefined && hasSound(record.probe) && isSubtitled(record, [copy]) !== true;
  if (needsTranscript) stages.push(readers.transcriber ? 'transcribe' : 'voice');
  if (readers.diariser && record !== undefined && hasSound(record.probe) && hasTranscript(copy, record))
    stages.push('speakers');
  return stages;
}

/** Counts the states of coverage of several videos. */
export function createCoverageCounter(): {
  add(coverage: Coverage): void;
  readonly counts: CoverageCounts;
} {
  const zero = () => ({ known: 0, waiting: 0, missing: 0, failed: 0, none: 0 });
  const counts = { speech: zero(), screenText: zero(), pictures: zero() };
  return {
    counts,
    add({ speech, screenText, pictures }) {
      counts.speech[speech] += 1;
      counts.screenText[screenText] += 1;
      counts.pictures[pictures] += 1;
    },
  };
}
