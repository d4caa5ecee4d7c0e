import { isCorrectable } from './correctable.ts';
import {
  type Correction,
  type LineCorrection,
  lineCorrectionId,
  type Original,
  speakerCorrectionId,
  tagId,
} from './correction.ts';
import type { Line } from './description.ts';
import type { Ms, TimeRange } from './range.ts';

/** What a person wants of one line; absent members stay as they are. */
export interface LineChange {
  /** Empty: the line is taken away. */
  readonly text?: string;
  /** Empty: nobody. */
  readonly speaker?: string;
}

const put = (corrections: readonly Correction[], one: Correction): readonly Correction[] => [
  ...corrections.filter(({ id }) => id !== one.id),
  one,
];

/** Without the correction of that id: what stood there before comes back. */
export function withoutCorrection(corrections: readonly Correction[], id: string): readonly Correction[] {
  return corrections.filter((one) => one.id !== id);
}

/**
 * A line as it is shown, corrected: a second correction changes the first one, which keeps what stood there at the
 * beginning, and one that says the same as that is none. Undefined where its kind cannot be corrected.
 */
export function withLine(
  corrections: readonly Correction[],
  shown: Line,
  change: LineChange,
  madeMs: Ms,
): readonly Correction[] | undefined {
  const { kind, startMs, endMs, source, language } = shown;
  if (!isCorrectable(kind)) return undefined;
  const before = corrections.find(
    (one): one is LineCorrection => one.change === 'line' && one.id === shown.corrected?.id,
  );
  const { text, speaker } = shown.corrected ?? shown;
  const was: Original = before?.was ?? {
    text,
    source,
    ...(speaker && { speaker }),
    ...(language && { language }),
  };
  const merged = { text: before?.text, speaker: before?.speaker, ...change };
  const id = before?.id ?? lineCorrectionId(kind, shown, was.text);
  const nothing =
    (merged.text === undefined || merged.text === was.text) &&
    (merged.speaker === undefined || merged.speaker === (was.speaker ?? ''));
  if (nothing) return withoutCorrection(corrections, id);
  return put(corrections, {
    change: 'line',
    id,
    kind,
    startMs: before?.startMs ?? startMs,
    endMs: before?.endMs ?? endMs,
    was,
    ...(merged.text !== undefined && { text: merged.text }),
    ...(merged.speaker !== undefined && { speaker: merged.speaker }),
    madeMs,
  });
}

/**
 * Everybody called `from` is called `to`: labels of the video itself, earlier names and those of single lines alike.
 * `labels` are the speakers that the video's own lines name, '' for none. Undefined where nobody is called so.
 */
export function withSpeaker(
  corrections: readonly Correction[],
  labels: ReadonlySet<string>,
  from: string,
  to: string,
  madeMs: Ms,
): readonly Correction[] | undefined {
  let met = false;
  const changed = corrections.flatMap((one): readonly Correction[] => {
    if (one.change === 'tag' || one.speaker !== from) return [one];
    met = true;
    return one.change === 'speaker' && one.was === to ? [] : [{ ...one, speaker: to, madeMs }];
  });
  if (!labels.has(from)) return met ? changed : undefined;
  const id = speakerCorrectionId(from);
  if (from === to) return withoutCorrection(changed, id);
  return put(changed, { change: 'speaker', id, was: from, speaker: to, madeMs });
}

export function withTag(
  corrections: readonly Correction[],
  { startMs, endMs }: TimeRange,
  text: string,
  madeMs: Ms,
): readonly Correction[] {
  const range = { startMs, endMs };
  return put(corrections, { change: 'tag', id: tagId(range, text), ...range, text, madeMs });
}
