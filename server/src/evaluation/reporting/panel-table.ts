import type { PanelJudge } from '../judging/verdict-files.ts';
import { cohensKappa } from '../statistics/agreement.ts';
import type { ReportTable } from './paper-table.ts';

const matchesById = ({ verdicts }: PanelJudge) =>
  new Map(verdicts.flatMap(({ id, matches }) => (matches === undefined ? [] : [[id, matches] as const])));

/** Returns what the majority of judges says of each item that at least two judged. Ties count as wrong. */
function toMajority(judges: readonly PanelJudge[]): readonly boolean[] {
  const maps = judges.map(matchesById);
  const ids = new Set(maps.flatMap((map) => [...map.keys()]));
  return [...ids].flatMap((id) => {
    const votes = maps.flatMap((map) => map.get(id) ?? []);
    return votes.length < 2 ? [] : [votes.filter(Boolean).length * 2 > votes.length];
  });
}

/** Lays out how far the judges of a run agree, two by two, and what their majority says. Empty for fewer than two. */
export function toPanelTables(run: string, judges: readonly PanelJudge[]): readonly ReportTable[] {
  if (judges.length < 2) return [];
  const pairs = judges.flatMap((a, i) => judges.slice(i + 1).map((b) => [a, b] as const));
  const rows = pairs.map(([a, b]) => {
    const ofB = matchesById(b);
    const both = [...matchesById(a)].flatMap(([id, first]) => {
      const second = ofB.get(id);
      return second === undefined ? [] : [[first, second] as const];
    });
    const same = both.filter(([first, second]) => first === second).length;
    const share = both.length === 0 ? 'n/a' : `${((100 * same) / both.length).toFixed(2)} %`;
    const kappa = both.length === 0 ? 'n/a' : cohensKappa(both).toFixed(2);
    return [`${a.judge} and ${b.judge}`, String(both.length), share, kappa];
  });
  const majority = toMajority(judges);
  const right = majority.filter(Boolean).length;
  const accuracy = majority.length === 0 ? 'n/a' : `${((100 * right) / majority.length).toFixed(2)} %`;
  return [
    {
      title: `${run}: panel of ${judges.length} judges`,
      header: ['Judges', 'Items', 'Agree', "Cohen's kappa"],
      rows,
      notes: [`Accuracy by the majority of judges, ties wrong: ${accuracy} of ${majority.length}.`],
    },
  ];
}
