import type { Accuracy } from '../metrics/accuracy.ts';
import type { SetAdapter } from '../sets/set-adapter.ts';
import type { JudgeCalibration } from '../statistics/agreement.ts';
import type { Interval } from '../statistics/intervals.ts';
import { toCostTables } from './cost-table.ts';
import type { ReportTable } from './paper-table.ts';
import { macroAccuracy, type RunReport } from './run-report.ts';

const percent = (share: number, digits = 2) =>
  Number.isNaN(share) ? 'n/a' : `${(share * 100).toFixed(digits)} %`;
const range = ({ low, high }: Interval) => `${percent(low, 1)} to ${percent(high, 1)}`;
const decimal = (value: number, digits = 2) => (Number.isNaN(value) ? 'n/a' : value.toFixed(digits));

const keyValueTable = (
  title: string,
  rows: readonly (readonly string[])[],
  notes: readonly string[] = [],
) => ({
  title,
  header: ['Measure', 'Value'],
  rows,
  notes,
});

function accuracyRows(accuracy: Accuracy): readonly (readonly string[])[] {
  const { clustered, score, flooredScore, unjudged, refused, empty, abstained } = accuracy;
  return [
    ['accuracy', `${percent(accuracy.accuracy)} (${accuracy.right} of ${accuracy.decided})`],
    ...(clustered ? [['95 % interval, resampling videos', range(clustered)]] : []),
    ['95 % interval, Wilson', range(accuracy.wilson)],
    ['if all without a verdict were wrong / right', range(accuracy.bounds)],
    [
      'no verdict / refused / empty / abstained',
      [unjudged, refused, empty, abstained].map(String).join(' / '),
    ],
    ...(score === undefined ? [] : [['mean score, 0 to 5', decimal(score)]]),
    ...(flooredScore === undefined
      ? []
      : [['mean score, cut to whole numbers as the original scripts do', decimal(flooredScore)]]),
  ];
}

function calibrationRows(calibration: JudgeCalibration): readonly (readonly string[])[] {
  const { labels, agreement, kappa, corrected, interval } = calibration;
  const spread = interval ? ` (${range(interval)})` : '';
  return [
    ['judge and people agree', `${percent(agreement)} of ${labels} labels, kappa ${decimal(kappa)}`],
    [
      "accuracy corrected by the judge's errors (Rogan-Gladen)",
      corrected === undefined
        ? 'not possible: the judge is no better than chance'
        : `${percent(corrected)}${spread}`,
    ],
  ];
}

function confidenceRows(report: RunReport): readonly (readonly string[])[] {
  const { confidence, answeredAbsent, withoutLikelihood, voteAgreement } = report;
  return [
    ...(voteAgreement === undefined
      ? []
      : [['votes that agree with their majority', percent(voteAgreement)]]),
    ...(confidence === undefined
      ? []
      : [['confidence tells right from wrong, AUROC (0.5: chance)', decimal(confidence)]]),
    ...(answeredAbsent === undefined
      ? []
      : [['answered though the right video was not searched', percent(answeredAbsent)]]),
    ...(withoutLikelihood === undefined
      ? []
      : [['choices by the text, as the model told no likelihood', String(withoutLikelihood)]]),
  ];
}

function summaryTable(report: RunReport, adapter: SetAdapter): ReportTable {
  const { accuracy, majority, info } = report;
  const models = info.models.map(({ role, inUse }) => `${role}: ${inUse}`).join('; ');
  const macro = adapter.id === 'mlvu' ? macroAccuracy(report.groups, 'task') : undefined;
  return keyValueTable(`${report.name}: ${adapter.title}`, [
    ['judge', report.judge],
    ['items', `${report.items} of the set: ${adapter.size}`],
    ['items that failed', String(report.failures)],
    ...(accuracy ? accuracyRows(accuracy) : []),
    ...(report.calibration ? calibrationRows(report.calibration) : []),
    ...(macro === undefined ? [] : [['M-Avg: mean over tasks', percent(macro)]]),
    ...(majority
      ? [['always the most frequent option', `${percent(majority.accuracy)} (option ${majority.index})`]]
      : []),
    ...confidenceRows(report),
    ['difference that a comparison would probably show', percent(report.detectable, 1)],
    ['models', models],
    ['build', `${info.build}, ${info.platform}`],
  ]);
}

function groupTables({ name, groups }: RunReport): readonly ReportTable[] {
  return [...Map.groupBy(groups, ({ label }) => label)].map(([label, members]) => ({
    title: `${name} by ${label}`,
    header: [label, 'Accuracy', 'Right', 'Items', 'Wilson 95 %'],
    rows: members.map(({ value, accuracy }) => [
      value,
      percent(accuracy.accuracy),
      String(accuracy.right),
      String(accuracy.decided),
      range(accuracy.wilson),
    ]),
    notes: [],
  }));
}

function retrievalTable({ name, retrieval }: RunReport): readonly ReportTable[] {
  if (!retrieval) return [];
  const { clipRecall, recallAtIou, coverage, seekErrorSeconds } = retrieval;
  return [
    keyValueTable(
      `${name}: what was found (${retrieval.items} items with spans)`,
      [
        ...Object.entries(clipRecall).map(([key, value]) => [`clip recall ${key}`, percent(value)]),
        ...Object.entries(recallAtIou).map(([key, value]) => [key, percent(value)]),
        ['mIoU of the first hit', decimal(retrieval.meanIou, 4)],
        ...Object.entries(coverage).map(([depth, { recall, precision }]) => [
          `span coverage@${depth}: recall, precision`,
          `${percent(recall)}, ${percent(precision)}`,
        ]),
        ['MRR', decimal(retrieval.mrr, 4)],
        ['nDCG@10, gain = IoU', decimal(retrieval.ndcg, 4)],
        [
          'seek error, median and p90',
          `${decimal(seekErrorSeconds.median, 1)} s, ${decimal(seekErrorSeconds.p90, 1)} s`,
        ],
      ],
      [
        'In clip recall, hits count up to 30 s or 60 s of their length: longer ones would score by themselves.',
      ],
    ),
  ];
}

function citationTable({ name, citations }: RunReport): readonly ReportTable[] {
  if (!citations) return [];
  return [
    keyValueTable(`${name}: citations (${citations.items} answers with spans)`, [
      [
        'right answers that cite a right place',
        `${percent(citations.rightForTheRightReason)} of ${citations.rightAnswers}`,
      ],
      ['answers that cite a right place', percent(citations.answers)],
      ['citations that are right', percent(citations.precision)],
    ]),
  ];
}

function momentTable({ name, moments }: RunReport): readonly ReportTable[] {
  if (!moments) return [];
  return [
    {
      title: `${name}: moments, as QVHighlights measures them`,
      header: ['Gold span', 'Queries', 'R1@.5', 'R1@.7', 'mAP', 'mAP@.5', 'mAP@.75'],
      rows: Object.entries(moments).map(([length, figures]) => [
        length,
        String(figures.queries),
        percent(figures.recallAtOne['0.5'] ?? Number.NaN),
        percent(figures.recallAtOne['0.7'] ?? Number.NaN),
        percent(figures.meanAveragePrecision),
        percent(figures.averagePrecision['0.5'] ?? Number.NaN),
        percent(figures.averagePrecision['0.75'] ?? Number.NaN),
      ]),
      notes: [
        'short: up to 10 s, middle: up to 30 s, long: up to 150 s. A query without hits counts as wrong.',
      ],
    },
  ];
}

/** Returns all tables of a run. */
export function toRunTables(report: RunReport, adapter: SetAdapter): readonly ReportTable[] {
  return [
    summaryTable(report, adapter),
    ...groupTables(report),
    ...retrievalTable(report),
    ...citationTable(report),
    ...momentTable(report),
    ...toCostTables(report),
  ];
}
