/** A recogniser's output for one line: a probability for each class at each step; class 0 is the blank. */
export interface CtcOutput {
  readonly steps: number;
  readonly classes: number;
  readonly data: Float32Array;
}

export interface DecodedLine {
  readonly text: string;
  /** Mean probability of the characters, 0..1; 0 for an empty line. */
  readonly confidence: number;
}

interface DecodedChar {
  readonly char: string;
  readonly firstStep: number;
  lastStep: number;
  readonly probability: number;
}

/**
 * A space that the network suppressed: the blank wins, but the space keeps this probability in a gap of at
 * least this many steps. Between letters of one word it stays below 0.02.
 */
const MIN_SPACE_PROBABILITY = 0.05;
const MIN_SPACE_STEPS = 3;

/** Returns the best class of each step, without blanks and without repetitions of the step before. */
function collapseSteps({ steps, classes, data }: CtcOutput, characters: readonly string[]): DecodedChar[] {
  const decoded: DecodedChar[] = [];
  let previousClass = 0;
  for (let step = 0; step < steps; step += 1) {
    let best = 0;
    let probability = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < classes; i += 1) {
      const value = data[step * classes + i] ?? 0;
      if (value > probability) [best, probability] = [i, value];
    }
    const last = decoded.at(-1);
    if (best !== 0 && best === previousClass && last) last.lastStep = step;
    else if (best !== 0) {
      // After the characters comes one more class, the space.
      const char = best > characters.length ? ' ' : (characters[best - 1] ?? '');
      decoded.push({ char, firstStep: step, lastStep: step, probability });
    }
    previousClass = best;
  }
  return decoded;
}

/** Returns whether the network left out a space between two characters. */
function lacksSpace({ classes, data }: CtcOutput, before: DecodedChar, after: DecodedChar): boolean {
  if (before.char === ' ' || after.char === ' ') return false;
  if (after.firstStep - before.lastStep < MIN_SPACE_STEPS) return false;
  for (let step = before.lastStep; step <= after.firstStep; step += 1)
    if ((data[step * classes + classes - 1] ?? 0) >= MIN_SPACE_PROBABILITY) return true;
  return false;
}

/**
 * Decodes a recogniser's output greedily (CTC). `characters[i]` is class i + 1; the last class is the space.
 * `restoresSpaces`: a space that the network almost wrote counts, because some networks drop spaces in long
 * lines.
 */
export function decodeCtc(
  output: CtcOutput,
  characters: readonly string[],
  restoresSpaces: boolean,
): DecodedLine {
  const decoded = collapseSteps(output, characters);
  const sum = decoded.reduce((total, { probability }) => total + probability, 0);
  const text = decoded
    .map((each, i) => {
      const previous = decoded[i - 1];
      return restoresSpaces && previous && lacksSpace(output, previous, each) ? ` ${each.char}` : each.char;
    })
    .join('');
  return { text: text.trim(), confidence: decoded.length > 0 ? sum / decoded.length : 0 };
}
