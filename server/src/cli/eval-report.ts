import type { Command } from 'commander';
import { Option } from 'commander';
import { writeText } from '../base/atomic-output.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import type { TokenPrice } from '../evaluation/judging/judge-answers.ts';
import { EVALUATOR_FORMATS, type EvaluatorFormat } from '../evaluation/reporting/export-predictions.ts';
import type { ReportedRun, ReportTable } from '../evaluation/reporting/paper-table.ts';
import type { RunReport } from '../evaluation/reporting/run-report.ts';
import { formatExamples, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { reportEvaluationErrors, requireSet } from './eval-context.ts';
import { parseHourPrice, parsePrice } from './price-argument.ts';
import { sanitise } from './sanitise-terminal.ts';

const FORMATS = ['text', 'markdown', 'html', 'json', 'csv'] as const;

interface ReportOptions {
  readonly format: (typeof FORMATS)[number];
  readonly judge: string;
  readonly paper?: boolean;
  readonly output?: string;
  readonly force?: boolean;
  readonly price?: TokenPrice;
  readonly machinePrice?: number;
}

async function loadReports(
  context: CommandContext,
  names: readonly string[],
  { judge, price, machinePrice }: ReportOptions,
) {
  const [{ evaluationPaths }, { loadRun }, { summariseRun }] = await Promise.all([
    import('../evaluation/paths.ts'),
    import('../evaluation/reporting/load-run.ts'),
    import('../evaluation/reporting/run-report.ts'),
  ]);
  const paths = evaluationPaths(context.dataDir);
  return Promise.all(
    names.map(async (name): Promise<ReportedRun> => {
      const record = loadRun(paths.run(name), name, judge);
      const prices = { answerer: price, machineHour: machinePrice };
      return { report: summariseRun(record, prices), adapter: await requireSet(record.info.set) };
    }),
  );
}

/** Returns a function that finds the file of a set's video, for players in the page. */
async function createVideoFinder(context: CommandContext) {
  const { join } = await import('node:path');
  const [{ evaluationPaths }, { findPreparedSet }] = await Promise.all([
    import('../evaluation/paths.ts'),
    import('../evaluation/preparing/prepared-set.ts'),
  ]);
  const paths = evaluationPaths(context.dataDir);
  return (set: string, video: string): string | undefined => {
    const folder = paths.set(set);
    const found = findPreparedSet(folder)?.videos.find(({ id }) => id === video);
    return found && pathToFileUri(join(folder, found.path));
  };
}

async function formatReport(
  context: CommandContext,
  tables: readonly ReportTable[],
  reports: readonly RunReport[],
  format: ReportOptions['format'],
): Promise<string> {
  if (format === 'json') return `${JSON.stringify({ tables, reports }, null, 2)}\n`;
  if (format === 'csv')
    return (await import('../evaluation/reporting/format-csv.ts')).formatCsvReport(tables);
  if (format === 'markdown')
    return (await import('../evaluation/reporting/format-markdown.ts')).formatMarkdownReport(tables);
  if (format === 'html') {
    const { formatHtmlReport } = await import('../evaluation/reporting/format-html.ts');
    return formatHtmlReport(tables, reports, await createVideoFinder(context));
  }
  const { formatTextTable } = await import('../evaluation/reporting/format-text.ts');
  return `${tables.map(formatTextTable).join('\n\n')}\n`;
}

async function report(context: CommandContext, names: readonly string[], options: ReportOptions) {
  const [
    { toPaperTables },
    { toRunTables },
    { toVariantTables },
    { toPanelTables },
    { readPanel },
    { evaluationPaths },
  ] = await Promise.all([
    import('../evaluation/reporting/paper-table.ts'),
    import('../evaluation/reporting/run-tables.ts'),
    import('../evaluation/reporting/variant-table.ts'),
    import('../evaluation/reporting/panel-table.ts'),
    import('../evaluation/judging/verdict-files.ts'),
    import('../evaluation/paths.ts'),
  ]);
  const runs = await loadReports(context, names, options);
  const details = options.paper ? [] : runs.flatMap((run) => toRunTables(run.report, run.adapter));
  const paths = evaluationPaths(context.dataDir);
  const panels = options.paper
    ? []
    : names.flatMap((name) => toPanelTables(name, readPanel(paths.run(name))));
  const tables = [...toPaperTables(runs), ...toVariantTables(runs), ...details, ...panels];
  const reports = runs.map((run) => run.report);
  const text = await formatReport(context, tables, reports, options.format);
  if (options.output === undefined) return { result: { tables, reports }, text: sanitise(text).trimEnd() };
  const path = context.resolvePath(options.output);
  await writeText(path, text, options.force === true);
  return { result: { file: path }, text: `Wrote ${path}.` };
}

async function compare(context: CommandContext, a: string, b: string, judge: string) {
  const [{ evaluationPaths }, { loadRun }, { compareRuns, toComparisonTables }, { formatTextTable }] =
    await Promise.all([
      import('../evaluation/paths.ts'),
      import('../evaluation/reporting/load-run.ts'),
      import('../evaluation/reporting/compare-runs.ts'),
      import('../evaluation/reporting/format-text.ts'),
    ]);
  const paths = evaluationPaths(context.dataDir);
  const load = (name: string) => ({ name, ...loadRun(paths.run(name), name, judge) });
  const comparison = compareRuns(load(a), load(b));
  const text = toComparisonTables(comparison).map(formatTextTable).join('\n\n');
  return { result: comparison, text: sanitise(text) };
}

async function exportRun(
  context: CommandContext,
  name: string,
  options: { readonly for: EvaluatorFormat; readonly output: string; readonly force?: boolean },
) {
  const [{ evaluationPaths }, { loadRun }, { exportPredictions }] = await Promise.all([
    import('../evaluation/paths.ts'),
    import('../evaluation/reporting/load-run.ts'),
    import('../evaluation/reporting/export-predictions.ts'),
  ]);
  const { predictions } = loadRun(evaluationPaths(context.dataDir).run(name), name, 'exact');
  const path = context.resolvePath(options.output);
  await writeText(path, exportPredictions(predictions, options.for), options.force === true);
  return { result: { file: path }, text: `Wrote ${path}.` };
}

export function registerEvalReport(command: Command, run: RunCommand): void {
  command
    .command('report')
    .argument('<run...>', 'runs; several of one set make a table of variants')
    .addOption(new Option('-f, --format <format>', 'format').choices(FORMATS).default('text'))
    .option('--judge <name>', 'whose verdicts count, such as exact or imported', 'exact')
    .option('--paper', "only the paper's tables")
    .option('--price <in,out>', "dollars for a million of the answerer's tokens in and out", parsePrice)
    .option('--machine-price <dollars>', 'dollars for an hour of the machine that ran it', parseHourPrice)
    .option('-o, --output <file>', 'write to a file')
    .option('--force', 'replace an existing file')
    .description("print tables in the paper's layout, with published numbers, intervals and costs")
    .addHelpText(
      'after',
      formatExamples('goldfish eval report first', 'goldfish eval report first -f html -o first.html'),
    )
    .action((names: readonly string[], options: ReportOptions) =>
      run((context) => reportEvaluationErrors(() => report(context, names, options))),
    );
  command
    .command('export')
    .argument('<run>', 'a run')
    .addOption(
      new Option('--for <evaluator>', 'whose format').choices(EVALUATOR_FORMATS).makeOptionMandatory(),
    )
    .requiredOption('-o, --output <file>', 'file to write')
    .option('--force', 'replace an existing file')
    .description("write a run's predictions in the format of another evaluator")
    .addHelpText(
      'after',
      formatExamples('goldfish eval export first --for qvhighlights -o predictions.jsonl'),
    )
    .action(
      (
        name: string,
        options: { readonly for: EvaluatorFormat; readonly output: string; readonly force?: boolean },
      ) => run((context) => reportEvaluationErrors(() => exportRun(context, name, options))),
    );
  command
    .command('compare')
    .argument('<a>', 'a run')
    .argument('<b>', 'another run of the same set')
    .option('--judge <name>', 'whose verdicts count', 'exact')
    .description('compare two runs item by item: difference, its interval, and what changed')
    .addHelpText('after', formatExamples('goldfish eval compare tvqa-long-k1 tvqa-long-k3'))
    .action((a: string, b: string, { judge }: { readonly judge: string }) =>
      run((context) => reportEvaluationErrors(() => compare(context, a, b, judge))),
    );
}
