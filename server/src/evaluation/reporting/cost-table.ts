import type { CostSummary, StageCost } from './cost-summary.ts';
import type { ReportTable } from './paper-table.ts';
import type { RunReport } from './run-report.ts';

const UNKNOWN = '-';
const STAGE_TITLES: Readonly<Record<StageCost['stage'], string>> = {
  indexing: 'indexing',
  answers: 'answers, their search included',
  search: 'search for the figures of what was found',
  judging: 'judging',
};

const formatSeconds = (seconds: number | undefined) =>
  seconds === undefined ? UNKNOWN : `${seconds.toFixed(1)} s`;
const formatCount = (count: number | undefined) => (count === undefined ? UNKNOWN : String(count));
const formatDollars = (dollars: number | undefined) =>
  dollars === undefined ? UNKNOWN : `$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;
const formatMs = (value: number) => (Number.isNaN(value) ? 'n/a' : `${Math.round(value)} ms`);

function toRow(cost: StageCost): readonly string[] {
  return [
    STAGE_TITLES[cost.stage],
    `${cost.count} ${cost.stage === 'indexing' ? 'videos' : 'items'}`,
    formatSeconds(cost.seconds),
    formatSeconds(cost.processorSeconds),
    formatSeconds(cost.acceleratorSeconds),
    formatCount(cost.calls),
    formatCount(cost.tokensIn),
    formatCount(cost.tokensOut),
    formatDollars(cost.dollars),
  ];
}

/** Returns what an hour of the set's videos costs to index; nothing if their length is not known. */
function hourRows({ mediaSeconds, stages }: CostSummary): readonly (readonly string[])[] {
  const indexing = stages.find(({ stage }) => stage === 'indexing');
  if (mediaSeconds === undefined || indexing?.seconds === undefined) return [];
  const hours = mediaSeconds / 3600;
  const minutes = indexing.seconds / 60 / hours;
  const dollars = indexing.dollars === undefined ? '' : `, ${formatDollars(indexing.dollars / hours)}`;
  return [['indexing an hour of video', `${minutes.toFixed(1)} min${dollars}`]];
}

/** Lays out what each stage of a run took: time, tokens and money. */
function toStageTable({ name, cost, items }: RunReport): ReportTable {
  const { asked, stages } = cost;
  const untold = stages.flatMap((stage) => stage.untold ?? []).reduce((total, value) => total + value, 0);
  return {
    title: `${name}: cost by stage`,
    header: [
      'Stage',
      'For',
      'Time',
      'Processor',
      'Accelerator',
      'Model calls',
      'Tokens in',
      'Tokens out',
      'Dollars',
    ],
    rows: stages.map(toRow),
    notes: [
      ...(asked < items
        ? [`${items - asked} of ${items} items were not asked in this run: their answers were known.`]
        : []),
      ...(untold > 0 ? [`Of ${untold} model calls the tokens are not known; no sum contains them.`] : []),
    ],
  };
}

/** Lays out what a run took: each stage, a question, and an hour of video. */
export function toCostTables(report: RunReport): readonly ReportTable[] {
  const { name, cost } = report;
  const spread = ({ p50, p99 }: { readonly p50: number; readonly p99: number }) =>
    `${formatMs(p50)}, ${formatMs(p99)}`;
  return [
    toStageTable(report),
    {
      title: `${name}: time of a question, and of an hour of video`,
      header: ['Measure', 'Value'],
      rows: [
        ['answer p50, p99', spread(cost.answerMs)],
        ['search p50, p99', spread(cost.searchMs)],
        ['clips', String(cost.clips)],
        ...hourRows(cost),
      ],
      notes: [],
    },
  ];
}
