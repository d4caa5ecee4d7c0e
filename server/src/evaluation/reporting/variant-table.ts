import { holmCorrection, mcnemarExact } from '../statistics/paired.ts';
import { formatAccuracy, type ReportedRun, type ReportTable } from './paper-table.ts';
import type { RunReport } from './run-report.ts';

/** Counts the items that only one of two reports has right. Both list their wrong answers. */
function countOnlyRight(a: RunReport, b: RunReport): { readonly onlyA: number; readonly onlyB: number } {
  const wrongIn = (report: RunReport) => new Set(report.wrong.map(({ prediction }) => prediction.id));
  const [wrongA, wrongB] = [wrongIn(a), wrongIn(b)];
  const shared = new Set(a.info.items.filter((id) => b.info.items.includes(id)));
  const count = (wrong: ReadonlySet<string>, right: ReadonlySet<string>) =>
    [...wrong].filter((id) => shared.has(id) && !right.has(id)).length;
  return { onlyA: count(wrongB, wrongA), onlyB: count(wrongA, wrongB) };
}

/** Lays runs of one set side by side, the first as the base. P values are corrected by Holm's method. */
export function toVariantTables(runs: readonly ReportedRun[]): readonly ReportTable[] {
  const bySet = Map.groupBy(runs, ({ adapter }) => adapter.id);
  return [...bySet.values()].flatMap((members) => {
    const [base, ...others] = members;
    if (base === undefined || others.length === 0) return [];
    const pValues = others.map(({ report }) => {
      const { onlyA, onlyB } = countOnlyRight(base.report, report);
      return mcnemarExact(onlyA, onlyB);
    });
    const corrected = holmCorrection(pValues);
    const toRow = ({ report }: ReportedRun, p: string) => [
      report.name,
      formatAccuracy(report),
      report.retrieval ? `${((report.retrieval.clipRecall['R@3 (30 s)'] ?? 0) * 100).toFixed(1)} %` : '-',
      report.citations ? `${(report.citations.rightForTheRightReason * 100).toFixed(1)} %` : '-',
      `${report.cost.answerSeconds.toFixed(1)} s`,
      p,
    ];
    return [
      {
        title: `Variants on ${base.adapter.title}`,
        header: [
          'Run',
          'Accuracy',
          'Clip recall R@3 (30 s)',
          'Right citation',
          'Answers',
          'p against the first',
        ],
        rows: [
          toRow(base, ''),
          ...others.map((run, i) => {
            const p = corrected[i] ?? 1;
            return toRow(run, `${p.toPrecision(2)}${p < 0.05 ? '' : ' (no difference seen)'}`);
          }),
        ],
        notes: ["p: McNemar's exact test, corrected by Holm's method."],
      },
    ];
  });
}
