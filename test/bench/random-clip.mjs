/** Frames of a clip and their size, px, as the default captioner's budget has them. */
export const FRAMES = 4;
export const SIDE = 512;

/** A clip of random pictures with what is said in it, as the caption stage asks of it. */
export function clipOf(seed) {
  const picture = (i) => {
    const data = new Uint8Array(SIDE * SIDE * 3);
    let state = seed * 31 + i + 1;
    for (let at = 0; at < data.length; at += 1) {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      data[at] = state >> 16;
    }
    return { timeMs: i * 1000, width: SIDE, height: SIDE, data };
  };
  const words = (count) => Array.from({ length: count }, () => 'word').join(' ');
  return {
    pictures: Array.from({ length: FRAMES }, (_, i) => picture(i)),
    prompt: [
      ...Array.from({ length: FRAMES }, (_, frame) => [
        { kind: 'frame', frame },
        { kind: 'text', text: words(15) },
      ]).flat(),
      { kind: 'text', text: words(40) },
    ],
  };
}
