/** A stretch of speech by one speaker, seconds. */
export interface SpeakerTurn {
  readonly speaker: string;
  readonly start: number;
  readonly end: number;
}

/** Shares of the reference's speech; several speakers at once count each. */
export interface DiarisationError {
  /** Sum of the three others. */
  readonly error: number;
  readonly missed: number;
  readonly falseAlarm: number;
  readonly confusion: number;
}

const STEP_S = 0.01;

/** Reads the turns of each recording from RTTM. */
export function parseRttm(text: string): ReadonlyMap<string, readonly SpeakerTurn[]> {
  const turns = text.split('\n').flatMap((line) => {
    const [type, file = '', , start, length, , , speaker = ''] = line.trim().split(/\s+/);
    return type === 'SPEAKER'
      ? [{ file, speaker, start: Number(start), end: Number(start) + Number(length) }]
      : [];
  });
  return new Map(
    [...Map.groupBy(turns, ({ file }) => file)].map(([file, own]) => [
      file,
      own.map(({ speaker, start, end }) => ({ speaker, start, end })),
    ]),
  );
}

/** Returns the assignment of columns to rows with the largest sum: for each row its column, or -1. */
function findBestAssignment(gains: readonly (readonly number[])[], columnCount: number): readonly number[] {
  const states = new Map<number, { readonly sum: number; readonly columns: readonly number[] }>([
    [0, { sum: 0, columns: [] }],
  ]);
  let current = states;
  for (const row of gains) {
    const next: typeof states = new Map();
    const offer = (mask: number, sum: number, columns: readonly number[]) => {
      if (sum > (next.get(mask)?.sum ?? -1)) next.set(mask, { sum, columns });
    };
    for (const [mask, { sum, columns }] of current) {
      offer(mask, sum, [...columns, -1]);
      for (let column = 0; column < columnCount; column += 1)
        if ((mask & (1 << column)) === 0)
          offer(mask | (1 << column), sum + (row[column] ?? 0), [...columns, column]);
    }
    current = next;
  }
  const [best] = [...current.values()].sort((a, b) => b.sum - a.sum);
  return best?.columns ?? [];
}

/**
 * Returns the diarisation error rate. Sound within `collar` seconds of where a reference turn begins or ends is not
 * scored; overlapping speech is. Each found speaker stands for at most one of the reference, chosen for the lowest error.
 */
export function scoreDiarisation(
  reference: readonly SpeakerTurn[],
  hypothesis: readonly SpeakerTurn[],
  collar = 0.25,
): DiarisationError {
  const names = [...new Set(reference.map(({ speaker }) => speaker))];
  const found = [...new Set(hypothesis.map(({ speaker }) => speaker))];
  const length = Math.max(0, ...[...reference, ...hypothesis].map(({ end }) => end));
  const boundaries = reference.flatMap(({ start, end }) => [start, end]);
  const frames = Array.from({ length: Math.ceil(length / STEP_S) }, (_, i) => (i + 0.5) * STEP_S)
    .filter((time) => boundaries.every((boundary) => Math.abs(time - boundary) >= collar))
    .map((time) => {
      const listAt = (turns: readonly SpeakerTurn[]) =>
        new Set(turns.filter(({ start, end }) => start <= time && time < end).map(({ speaker }) => speaker));
      return { said: listAt(reference), heard: listAt(hypothesis) };
    });
  const gains = names.map((name) =>
    found.map((other) => frames.filter(({ said, heard }) => said.has(name) && heard.has(other)).length),
  );
  const columns = findBestAssignment(gains, found.length);
  const partnerOf = new Map(names.map((name, i) => [name, found[columns[i] ?? -1]]));
  let [total, missed, falseAlarm, confusion] = [0, 0, 0, 0];
  for (const { said, heard } of frames) {
    const correct = [...said].filter((name) => heard.has(partnerOf.get(name) ?? '')).length;
    total += said.size;
    missed += Math.max(0, said.size - heard.size);
    falseAlarm += Math.max(0, heard.size - said.size);
    confusion += Math.min(said.size, heard.size) - correct;
  }
  const share = (count: number) => count / Math.max(1, total);
  return {
    error: share(missed + falseAlarm + confusion),
    missed: share(missed),
    falseAlarm: share(falseAlarm),
    confusion: share(confusion),
  };
}
