/** Scores of a segmentation network: one row of classes for each frame. */
export interface PowersetScores {
  readonly frames: number;
  readonly classes: number;
  /** Logits or log-probabilities. */
  readonly data: Float32Array;
}

/**
 * Lists the sets of speakers that the classes stand for: nobody, each speaker alone, each pair. Returns undefined if
 * the number of classes fits no number of speakers.
 */
export function listPowersetClasses(classes: number): readonly (readonly number[])[] | undefined {
  for (let speakers = 1; 1 + speakers <= classes; speakers += 1) {
    const pairs: number[][] = [];
    for (let a = 0; a < speakers; a += 1) for (let b = a + 1; b < speakers; b += 1) pairs.push([a, b]);
    const sets = [[], ...Array.from({ length: speakers }, (_, speaker) => [speaker]), ...pairs];
    if (sets.length === classes) return sets;
  }
  return undefined;
}

/** Returns which speakers are heard in each frame, as bits: 0b101 is speakers 0 and 2. */
export function decodePowerset(
  { frames, classes, data }: PowersetScores,
  sets: readonly (readonly number[])[],
): Uint16Array {
  const masks = sets.map((set) => set.reduce((mask, speaker) => mask | (1 << speaker), 0));
  return Uint16Array.from({ length: frames }, (_, frame) => {
    let best = 0;
    for (let k = 1; k < classes; k += 1)
      if ((data[frame * classes + k] ?? 0) > (data[frame * classes + best] ?? 0)) best = k;
    return masks[best] ?? 0;
  });
}
