/**
 * Returns the hash that ids, recipes and vectors had before layout 3 of the index. It only recognises what an older Goldfish
 * stored, so that nothing is embedded or summarised again. Nothing new is stored with it.
 */
export function legacyHashText(text: string): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  let c = 0xc2b2ae35;
  let d = 0x27d4eb2f;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193) ^ (b >>> 15);
    b = Math.imul(b ^ unit, 0x5bd1e995) ^ (c >>> 13);
    c = Math.imul(c ^ unit, 0x1b873593) ^ (d >>> 16);
    d = Math.imul(d ^ unit, 0x2545f491) ^ (a >>> 14);
  }
  const mixedLanes = [a ^ (d >>> 11), b ^ (a >>> 9), c ^ (b >>> 13), d ^ (c >>> 7)].map((lane, i) => {
    let x = Math.imul(lane ^ (text.length + i), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0).toString(16).padStart(8, '0');
  });
  return mixedLanes.join('');
}
