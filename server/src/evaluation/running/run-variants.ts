import type { EvalItem } from '../item.ts';
import { createSeededRandom } from '../statistics/random.ts';
import type { RunSettings } from './run-settings.ts';

/** Values of one option: a list makes one run for each. */
export interface VariantAxis {
  /** Short name for run names, such as `k`. */
  readonly name: string;
  readonly values: readonly { readonly label: string; readonly change: Partial<RunSettings> }[];
}

export interface RunVariant {
  /** Suffix of the run's name; '' if no option has several values. */
  readonly suffix: string;
  readonly settings: RunSettings;
}

/** Merges a change into settings. Daemon settings are merged key by key. */
function applyChange(settings: RunSettings, change: Partial<RunSettings>): RunSettings {
  return { ...settings, ...change, daemon: { ...settings.daemon, ...change.daemon } };
}

const toNamePart = (label: string) => label.replace(/[^A-Za-z0-9.-]+/g, '_').slice(-40);

/** Returns one variant for each combination of values. Only options with several values appear in names. */
export function combineVariants(base: RunSettings, axes: readonly VariantAxis[]): readonly RunVariant[] {
  return axes.reduce<readonly RunVariant[]>(
    (variants, { name, values }) =>
      variants.flatMap(({ suffix, settings }) =>
        values.map(({ label, change }) => ({
          suffix: values.length > 1 ? `${suffix}-${name}${toNamePart(label)}` : suffix,
          settings: applyChange(settings, change),
        })),
      ),
    [{ suffix: '', settings: base }],
  );
}

/** Returns a seeded sample of items, in the set's order. */
export function sampleItems(
  items: readonly EvalItem[],
  limit: number | undefined,
  seed: number,
): readonly EvalItem[] {
  if (limit === undefined || limit >= items.length) return items;
  const random = createSeededRandom(seed);
  const order = items.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0];
  }
  const picked = new Set(order.slice(0, limit));
  return items.filter((_, i) => picked.has(i));
}
