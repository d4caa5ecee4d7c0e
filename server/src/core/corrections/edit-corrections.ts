import type { Line } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { StoredVoice } from '../domain/voice.ts';
import {
  chooseMoments,
  findCorrectedVoice,
  type KnownVoice,
  nameVoices,
  toVoiceLabel,
} from '../speakers/assign-voices.ts';
import { isCorrectable } from './correctable.ts';
import {
  type Correction,
  type LineCorrection,
  type OriginalLine,
  toLineCorrectionId,
  toSpeakerCorrectionId,
  toTagId,
  toVoiceCorrectionId,
} from './correction.ts';

/** Describes a user's change to one line. Missing members keep their value. */
export interface LineChange {
  /** Empty deletes the line. */
  readonly text?: string;
  /** Empty removes the speaker. */
  readonly speaker?: string;
}

const upsertCorrection = (
  corrections: readonly Correction[],
  correction: Correction,
): readonly Correction[] => [...corrections.filter(({ id }) => id !== correction.id), correction];

/** Removes the correction with the given id, which restores the original. */
export function withoutCorrection(corrections: readonly Correction[], id: string): readonly Correction[] {
  return corrections.filter((correction) => correction.id !== id);
}

/**
 * Corrects a line as currently shown. Correcting a corrected line updates the existing correction, which
 * keeps the first original. Restoring the original text removes the correction. Returns undefined if lines of
 * this kind cannot be corrected.
 */
export function withLineCorrection(
  corrections: readonly Correction[],
  line: Line,
  change: LineChange,
  madeMs: Ms,
): readonly Correction[] | undefined {
  const { kind, startMs, endMs, source, language } = line;
  if (!isCorrectable(kind)) return undefined;
  const existing = corrections.find(
    (correction): correction is LineCorrection =>
      correction.change === 'line' && correction.id === line.corrected?.id,
  );
  const { text, speaker } = line.corrected ?? line;
  const original: OriginalLine = existing?.was ?? {
    text,
    source,
    ...(speaker && { speaker }),
    ...(language && { language }),
  };
  const mergedCorrection = { text: existing?.text, speaker: existing?.speaker, ...change };
  const id = existing?.id ?? toLineCorrectionId(kind, line, original.text);
  const isUnchanged =
    (mergedCorrection.text === undefined || mergedCorrection.text === original.text) &&
    (mergedCorrection.speaker === undefined || mergedCorrection.speaker === (original.speaker ?? ''));
  if (isUnchanged) return withoutCorrection(corrections, id);
  return upsertCorrection(corrections, {
    change: 'line',
    id,
    kind,
    startMs: existing?.startMs ?? startMs,
    endMs: existing?.endMs ?? endMs,
    was: original,
    ...(mergedCorrection.text !== undefined && { text: mergedCorrection.text }),
    ...(mergedCorrection.speaker !== undefined && { speaker: mergedCorrection.speaker }),
    madeMs,
  });
}

/**
 * Renames the speaker `from` to `to`: labels of the video itself, earlier renames, and names of single lines.
 * `labels` lists the speakers of the video's own lines; '' means no speaker. Returns undefined if no
 * speaker is called `from`.
 */
export function withSpeakerCorrection(
  corrections: readonly Correction[],
  labels: ReadonlySet<string>,
  from: string,
  to: string,
  madeMs: Ms,
): readonly Correction[] | undefined {
  let hasMatch = false;
  const updatedCorrections = corrections.flatMap((correction): readonly Correction[] => {
    if (correction.change === 'tag' || correction.speaker !== from) return [correction];
    if (correction.change === 'speaker' && correction.voice !== undefined) return [correction];
    hasMatch = true;
    return correction.change === 'speaker' && correction.was === to
      ? []
      : [{ ...correction, speaker: to, madeMs }];
  });
  if (!labels.has(from)) return hasMatch ? updatedCorrections : undefined;
  const id = toSpeakerCorrectionId(from);
  if (from === to) return withoutCorrection(updatedCorrections, id);
  return upsertCorrection(updatedCorrections, { change: 'speaker', id, was: from, speaker: to, madeMs });
}

/**
 * Names a voice of the video; `everywhere` also names it in other videos. An earlier name of the same voice is
 * replaced. The voice's own label, such as "Voice 1", takes the name back. If another video
 * suggests a person for the voice, it says that the voice is not this person.
 */
export function withVoiceName(
  corrections: readonly Correction[],
  voices: readonly StoredVoice[],
  voice: StoredVoice,
  name: string,
  { everywhere, knownVoices }: { readonly everywhere: boolean; readonly knownVoices: readonly KnownVoice[] },
  madeMs: Ms,
): readonly Correction[] {
  const others = corrections.filter(
    (correction) =>
      correction.change !== 'speaker' ||
      correction.voice === undefined ||
      findCorrectedVoice(correction, voices)?.voice !== voice.voice,
  );
  const label = toVoiceLabel(voice.voice);
  const isRecognised = () => nameVoices([voice], [], knownVoices).some(({ isNamed }) => isNamed);
  if (name === label && !isRecognised()) return others;
  const moments = chooseMoments(voice);
  return upsertCorrection(others, {
    change: 'speaker',
    id: toVoiceCorrectionId(moments),
    was: label,
    speaker: name,
    voice: { moments: [...moments], print: voice.print, model: voice.model },
    ...(everywhere && name !== label && { everywhere: true }),
    madeMs,
  });
}

export function withTag(
  corrections: readonly Correction[],
  { startMs, endMs }: TimeRange,
  text: string,
  madeMs: Ms,
): readonly Correction[] {
  const range = { startMs, endMs };
  return upsertCorrection(corrections, { change: 'tag', id: toTagId(range, text), ...range, text, madeMs });
}
