import { usesTranscriber } from '../running/model-fingerprint.ts';
import type { SetAdapter } from '../sets/set-adapter.ts';
import { PUBLISHED_TABLES, type PublishedRow } from './published-numbers.ts';
import type { RunReport } from './run-report.ts';

/** A table ready to print: cells are text. */
export interface ReportTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** Set of a run with the place of its number in the paper. */
export interface ReportedRun {
  readonly report: RunReport;
  readonly adapter: SetAdapter;
}

const formatPercent = (share: number) => (Number.isNaN(share) ? 'n/a' : (share * 100).toFixed(2));

/** Formats an accuracy with its interval: `41.78 [38.1, 45.4]`. */
export function formatAccuracy({ accuracy }: RunReport): string {
  if (accuracy === undefined) return '';
  const interval = accuracy.clustered ?? accuracy.wilson;
  const bounds = `[${(interval.low * 100).toFixed(1)}, ${(interval.high * 100).toFixed(1)}]`;
  return `${formatPercent(accuracy.accuracy)} ${bounds}`;
}

/** Returns the modality of a run as the paper writes it. */
function modalityOf({ info: { settings, models } }: RunReport): string {
  if (settings.blind) return 'none';
  const hasSpeech = settings.subtitles || usesTranscriber(models);
  const usesSpeech = hasSpeech && (settings.use.length === 0 || settings.use.includes('speech'));
  const usesPictures = settings.use.length === 0 || settings.use.some((modality) => modality !== 'speech');
  if (usesSpeech && usesPictures) return 'V+T';
  return usesSpeech ? 'T' : 'V';
}

/** Says why a run's number is not the paper's quantity. */
function differences({ report, adapter }: ReportedRun): readonly string[] {
  const reasons = [
    adapter.task === 'choice' && 'the option named decides, not a judge',
    adapter.task !== 'choice' && `judged by ${report.judge}, the paper by gpt-3.5-turbo`,
    `${report.items} items (${adapter.size})`,
    !report.info.settings.subtitles && usesTranscriber(report.info.models) && 'speech was transcribed',
    report.info.settings.library && 'searched over the whole set',
    report.info.settings.oracle && 'answered from the clips where the answer is',
    report.info.settings.blind && 'answered without any evidence',
    report.info.settings.absent && 'the right video was not searched',
    report.info.settings.likelihood && 'the likeliest option decides',
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

function publishedCells({ cells, trainedOn = [] }: PublishedRow, columns: readonly string[]): string[] {
  return columns.map((column, i) => {
    const cell = cells[i];
    const isTrained = trainedOn.some((set) => column === set || column === `${set} score`);
    return cell === null || cell === undefined ? '-' : `${cell.toFixed(2)}${isTrained ? ' †' : ''}`;
  });
}

function ourCells({ report, adapter }: ReportedRun, columns: readonly string[]): string[] {
  const own = adapter.paper?.column;
  return columns.map((column) => {
    const { accuracy } = report;
    if (accuracy === undefined) return '-';
    if (column === own && adapter.task === 'axis')
      return accuracy.score === undefined ? '-' : `${accuracy.score.toFixed(2)} ‡`;
    if (column === own) return `${formatAccuracy(report)} ‡`;
    if (column === `${own} score` && accuracy.score !== undefined) return `${accuracy.score.toFixed(2)} ‡`;
    return '-';
  });
}

/** Lays runs out as the paper does, below the published rows. One table for each of the paper's tables concerned. */
export function toPaperTables(runs: readonly ReportedRun[]): readonly ReportTable[] {
  const byTable = Map.groupBy(
    runs.filter(({ adapter }) => adapter.paper !== undefined),
    ({ adapter }) => adapter.paper?.table ?? 'long',
  );
  return [...byTable].map(([table, members]) => {
    const { title, columns, rows } = PUBLISHED_TABLES[table];
    const ours = members.map((run) => [
      `this Goldfish: ${run.report.name}`,
      modalityOf(run.report),
      ...ourCells(run, columns),
    ]);
    return {
      title,
      header: ['Method', 'Input', ...columns],
      rows: [...rows.map((row) => [row.method, row.modality, ...publishedCells(row, columns)]), ...ours],
      notes: [
        '† trained on this set.',
        ...members.map((run) => `‡ ${run.report.name}: ${differences(run).join('; ')}.`),
        'Brackets: 95 % interval by resampling videos.',
      ],
    };
  });
}
