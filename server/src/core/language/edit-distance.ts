/** Insertions, deletions and replacements (UTF-16 units) that make `b` of `a`; `most + 1` where it is more than `most`. */
export function editDistance(a: string, b: string, maxDistance: number): number {
  if (Math.abs(a.length - b.length) > maxDistance) return maxDistance + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let rowMinimum = i;
    for (let j = 1; j <= b.length; j += 1) {
      const replacementCost = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const cost = Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, replacementCost);
      row.push(cost);
      if (cost < rowMinimum) rowMinimum = cost;
    }
    if (rowMinimum > maxDistance) return maxDistance + 1;
    previous = row;
  }
  return Math.min(previous[b.length] ?? 0, maxDistance + 1);
}
