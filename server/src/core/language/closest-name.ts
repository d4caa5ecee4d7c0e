import { editDistance } from './edit-distance.ts';

/** Allows one slip in a short name, and more in a longer one. */
function maxSlips(name: string): number {
  if (name.length <= 2) return 1;
  return name.length <= 7 ? 2 : 3;
}

/**
 * Returns the name that a person probably meant, or undefined if none is close. Case does not count. The last part of a
 * dotted name is enough: `cpushare` means `work.cpuShare`.
 */
export function findClosestName(typed: string, names: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  if (wanted === '') return undefined;
  const limit = maxSlips(wanted);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const whole = name.toLowerCase();
    const last = whole.slice(whole.lastIndexOf('.') + 1);
    const distance = Math.min(editDistance(wanted, whole, limit), editDistance(wanted, last, limit));
    if (distance <= limit && distance < (best?.distance ?? limit + 1)) best = { name, distance };
  }
  return best?.name;
}

/** Returns ` Did you mean "markdown"?`, or '' if no name is close. */
export function suggestName(typed: string, names: readonly string[]): string {
  const name = findClosestName(typed, names);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}
