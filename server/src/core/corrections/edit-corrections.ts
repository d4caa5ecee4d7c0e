import type { Line } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { isCorrectable } from './correctable.ts';
import {
  type Correction,
  type LineCorrection,
  type OriginalLine,
  toLineCorrectionId,
  toSpeakerCorrectionId,
  toTagId,
} from './correction.ts';

/** What a person wants of one line; absent members stay as they are. */
export interface LineChange {
  /** Empty: the line is taken away. */
  readonly text?: string;
  /** Empty: nobody. */
  readonly speaker?: string;
}

const upsertCorrection = (
  corrections: readonly Correction[],
  correction: Correction,
): readonly Correction[] => [...corrections.filter(({ id }) => id !== correction.id), correction];

/** Without the correction of that id: what stood there before comes back. */
export function withoutCorrection(corrections: readonly Correction[], id: string): readonly Correction[] {
  return corrections.filter((correction) => correction.id !== id);
}

/**
 * A line as it is shown, corrected: a second correction changes the first one, which keeps what stood there at the
 * beginning, and one that says the same as that is none. Undefined where its kind cannot be corrected.
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
  const merged = { text: existing?.text, speaker: existing?.speaker, ...change };
  const id = existing?.id ?? toLineCorrectionId(kind, line, original.text);
  const isUnchanged =
    (merged.text === undefined || merged.text === original.text) &&
    (merged.speaker === undefined || merged.speaker === (original.speaker ?? ''));
  if (isUnchanged) return withoutCorrection(corrections, id);
  return upsertCorrection(corrections, {
    change: 'line',
    id,
    kind,
    startMs: existing?.startMs ?? startMs,
    endMs: existing?.endMs ?? endMs,
    was: original,
    ...(merged.text !== undefined && { text: merged.text }),
    ...(merged.speaker !== undefined && { speaker: merged.speaker }),
    madeMs,
  });
}

/**
 * Everybody called `from` is called `to`: labels of the video itself, earlier names and those of single lines alike.
 * `labels` are the speakers that the video's own lines name, '' for none. Undefined where nobody is called so.
 */
export function withSpeakerCorrection(
  corrections: readonly Correction[],
  labels: ReadonlySet<string>,
  from: string,
  to: string,
  madeMs: Ms,
): readonly Correction[] | undefined {
  let matched = false;
  const updated = corrections.flatMap((correction): readonly Correction[] => {
    if (correction.change === 'tag' || correction.speaker !== from) return [correction];
    matched = true;
    return correction.change === 'speaker' && correction.was === to
      ? []
      : [{ ...correction, speaker: to, madeMs }];
  });
  if (!labels.has(from)) return matched ? updated : undefined;
  const id = toSpeakerCorrectionId(from);
  if (from === to) return withoutCorrection(updated, id);
  return upsertCorrection(updated, { change: 'speaker', id, was: from, speaker: to, madeMs });
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
