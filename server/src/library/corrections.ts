import type { CorrectionsResult } from '../../protocol/corrections.ts';
import { isCorrectable } from '../core/corrections/correctable.ts';
import { type Correction, toShownCorrections } from '../core/corrections/correction.ts';
import {
  withLineCorrection,
  withoutCorrection,
  withSpeakerCorrection,
  withTag,
  withVoiceName,
} from '../core/corrections/edit-corrections.ts';
import type { Line } from '../core/domain/description.ts';
import { formatTime } from '../core/domain/format-time.ts';
import type { Ms, TimeRange, Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { StoredVoice } from '../core/domain/voice.ts';
import { type KnownVoice, nameVoices } from '../core/speakers/assign-voices.ts';
import { listVoices, loadStoredRows } from '../indexing/corrected-store.ts';
import type { Corrections } from '../indexing/corrections.ts';
import { type Library, RequestError } from '../library.ts';
import type { Store } from '../ports/store.ts';
import { sortLines, type VideoDeps, videoNotFound } from './describe-video.ts';

/** Limits the corrections of one video, because all of them are applied whenever its lines are read. */
const MAX_CORRECTIONS = 5_000;

interface CorrectionDeps extends VideoDeps {
  readonly store: Store;
  readonly corrections: Corrections;
  /** Milliseconds since 1970. */
  readonly now: () => Ms;
}

type CorrectionMethods = Pick<Library, 'corrections' | 'correctLine' | 'nameSpeaker' | 'tag' | 'uncorrect'>;

/** Creates the methods for corrections. Each change is durable and searchable once it resolves. */
export function createCorrectionMethods(deps: CorrectionDeps): CorrectionMethods {
  const { catalogue, corrections, scheduler, store, storeWithCorrections, now } = deps;

  function requireFile(uri: Uri): VideoFile {
    const copy = catalogue.copy(uri);
    if (copy === undefined || copy.forgotten || copy.videoId === '') throw videoNotFound(uri);
    return copy;
  }

  async function changeCorrections(
    uri: Uri,
    confined: boolean | undefined,
    work: (
      previousCorrections: readonly Correction[],
      copy: VideoFile,
    ) => Promise<readonly Correction[]> | readonly Correction[],
  ): Promise<CorrectionsResult> {
    const copy = requireFile(uri);
    const { videoId } = copy;
    const updatedCorrections = await corrections.change(videoId, async (previousCorrections) => {
      const next = await work(previousCorrections, copy);
      if (confined) assertSameNamesEverywhere(previousCorrections, next, uri);
      if (next.length > Math.max(MAX_CORRECTIONS, previousCorrections.length)) throw tooManyCorrections(copy);
      return next;
    });
    await scheduler.derive(videoId);
    return { videoId, corrections: toShownCorrections(updatedCorrections) };
  }

  return {
    corrections(uri) {
      const { videoId } = requireFile(uri);
      return { videoId, corrections: toShownCorrections(corrections.forVideo(videoId)) };
    },
    correctLine: ({ uri, kind, startMs, was, text, speaker }) =>
      changeCorrections(uri, false, async (previousCorrections, copy) => {
        const lines = sortLines(await storeWithCorrections.descriptions(copy.videoId, uri));
        const line = findLine(
          lines.filter(
            (candidate) => candidate.kind === kind && (was === undefined || candidate.text === was),
          ),
          startMs,
        );
        const cleanedChange = {
          ...(text !== undefined && { text: cleanText(text) }),
          ...(speaker !== undefined && { speaker: cleanName(speaker) }),
        };
        const updatedCorrections =
          line && withLineCorrection(previousCorrections, line, cleanedChange, now());
        if (updatedCorrections === undefined) throw lineNotFound(copy, startMs, was);
        return updatedCorrections;
      }),
    nameSpeaker: async ({ uri, from, to, voice, everywhere = false, confined }) => {
      const knownBefore = corrections.knownVoicesRevision();
      const result = await changeCorrections(uri, confined, async (previousCorrections, copy) => {
        const name = cleanName(to);
        if (name === '') throw emptyFieldError('name', 'Enter the name of the speaker.', uri);
        const rows = await loadStoredRows(store, copy.videoId, catalogue.copiesOf(copy.videoId));
        const speechLines = rows.flatMap((row) => row.lines).filter((line) => line.kind === 'speech');
        const labels = new Set(speechLines.map((line) => line.speaker ?? ''));
        const knownVoices = corrections.knownVoices();
        const voices = listVoices(rows);
        // A speaker of this name in subtitles comes first.
        const stored = labels.has(from)
          ? voices.find((candidate) => candidate.voice === voice)
          : findShownVoice(voices, previousCorrections, knownVoices, voice, from);
        if (stored === undefined && (everywhere || voice !== undefined)) throw voiceNotFound(copy, from);
        const updatedCorrections =
          stored === undefined
            ? withSpeakerCorrection(previousCorrections, labels, from, name, now())
            : withVoiceName(previousCorrections, voices, stored, name, { everywhere, knownVoices }, now());
        if (updatedCorrections === undefined) throw speakerNotFound(copy, from);
        return updatedCorrections;
      });
      deriveKnownVoices(knownBefore);
      return result;
    },
    tag: ({ uri, startMs, endMs, tag }) =>
      changeCorrections(uri, false, (previousCorrections, copy) => {
        const tagText = cleanName(tag);
        if (tagText === '') throw emptyFieldError('tag', 'Enter a few words.', uri);
        return withTag(previousCorrections, clampToVideo(copy, { startMs, endMs }), tagText, now());
      }),
    uncorrect: async ({ uri, id, confined }) => {
      const knownBefore = corrections.knownVoicesRevision();
      const result = await changeCorrections(uri, confined, (previousCorrections, copy) => {
        const updatedCorrections = withoutCorrection(previousCorrections, id);
        if (updatedCorrections.length === previousCorrections.length) throw correctionNotFound(copy);
        return updatedCorrections;
      });
      deriveKnownVoices(knownBefore);
      return result;
    },
  };

  /** Plans the other videos with voices again if a name that counts everywhere was given or taken back. */
  function deriveKnownVoices(knownBefore: string): void {
    if (corrections.knownVoicesRevision() === knownBefore) return;
    const voicedRecords = [...catalogue.videos()].filter(({ done }) => done.speakers !== undefined);
    scheduler.touch(voicedRecords.map(({ videoId }) => videoId));
  }

  /** Returns the range, trimmed to the video. Throws `invalid` if nothing is left. */
  function clampToVideo({ uri, path, videoId }: VideoFile, { startMs, endMs }: TimeRange): TimeRange {
    const lastMs = catalogue.video(videoId)?.probe.durationMs ?? 0;
    const range = { startMs, endMs: Math.min(endMs, lastMs) };
    if (range.endMs > range.startMs) return range;
    throw new RequestError(
      'invalid',
      `${path} has no moment from ${startMs} to ${endMs} ms: it lasts ${lastMs} ms.`,
      'Choose a start before the end of the video, and an end after the start.',
      uri,
    );
  }
}

/** Throws if a change would reach other videos: a name for a voice everywhere that is given, changed or taken back. */
function assertSameNamesEverywhere(
  previous: readonly Correction[],
  next: readonly Correction[],
  uri: Uri,
): void {
  const names = (corrections: readonly Correction[]) =>
    JSON.stringify(corrections.filter((each) => each.change === 'speaker' && each.everywhere === true));
  if (names(previous) === names(next)) return;
  throw new RequestError(
    'invalid',
    'A name that a voice has in all videos also belongs to folders that you may not see.',
    'Ask the owner of the library to change it.',
    uri,
  );
}

/** Finds a voice by its number, or else by the name under which it is shown. */
function findShownVoice(
  voices: readonly StoredVoice[],
  corrections: readonly Correction[],
  knownVoices: readonly KnownVoice[],
  number: number | undefined,
  shownName: string,
): StoredVoice | undefined {
  const speakerCorrections = corrections.filter((correction) => correction.change === 'speaker');
  const shownNumber =
    number ??
    nameVoices(voices, speakerCorrections, knownVoices).find(({ name }) => name === shownName)?.voice;
  return voices.find(({ voice }) => voice === shownNumber);
}

function voiceNotFound({ uri, path }: VideoFile, from: string): RequestError {
  return new RequestError(
    'notFound',
    `${path} has no voice “${from}”.`,
    'Only a voice that a diariser found can be named in other videos too. Enter its name as shown in the transcript.',
    uri,
  );
}

/** Finds the line that starts at the time, or else the one with the latest start that contains it. */
function findLine(lines: readonly Line[], startMs: Ms): Line | undefined {
  const correctableLines = lines.filter((line) => isCorrectable(line.kind));
  return (
    correctableLines.find((line) => line.startMs === startMs) ??
    correctableLines.findLast((line) => line.startMs <= startMs && startMs < line.endMs)
  );
}

/** Replaces control characters with spaces. Keeps line breaks, which text on screen may contain. */
function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim();
}

function cleanName(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ');
}

function lineNotFound({ uri, path }: VideoFile, startMs: Ms, was: string | undefined): RequestError {
  const detail = was === undefined ? '' : ' with this text';
  return new RequestError(
    'notFound',
    `${path} has no line of this kind${detail} at ${formatTime(startMs)}.`,
    'Reload the video. It may have been indexed or corrected since.',
    uri,
  );
}

function speakerNotFound({ uri, path }: VideoFile, from: string): RequestError {
  const detail = from === '' ? 'no line without a speaker' : `no speaker “${from}”`;
  return new RequestError(
    'notFound',
    `${path} has ${detail}.`,
    'Enter the name as shown in the transcript.',
    uri,
  );
}

function correctionNotFound({ uri, path }: VideoFile): RequestError {
  return new RequestError(
    'notFound',
    `This correction of ${path} does not exist.`,
    'It may already be undone.',
    uri,
  );
}

function emptyFieldError(field: string, remedy: string, uri: Uri): RequestError {
  return new RequestError('invalid', `The ${field} is empty.`, remedy, uri);
}

function tooManyCorrections({ uri, path }: VideoFile): RequestError {
  return new RequestError(
    'invalid',
    `${path} already has ${MAX_CORRECTIONS} corrections, the maximum.`,
    'Save a corrected subtitle file next to the video instead.',
    uri,
  );
}
