import type { Command } from 'commander';
import { formatExamples, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { reportEvaluationErrors, requireSet, withEvaluation } from './eval-context.ts';
import { formatCount } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface PrepareOptions {
  readonly from: string;
  readonly videos?: string;
  readonly subtitles?: string;
}

async function listSets(context: CommandContext) {
  const [{ ALL_SETS }, { evaluationPaths }, { findPreparedSet }] = await Promise.all([
    import('../evaluation/sets/all-sets.ts'),
    import('../evaluation/paths.ts'),
    import('../evaluation/preparing/prepared-set.ts'),
  ]);
  const paths = evaluationPaths(context.dataDir);
  const sets = ALL_SETS.map(({ id, title, task, size, licence, source, files }) => {
    const prepared = findPreparedSet(paths.set(id));
    return {
      id,
      title,
      task,
      size,
      licence,
      source,
      files: files.map(({ patterns, required }) => ({ patterns, required })),
      ...(prepared
        ? { prepared: { items: prepared.items, missing: prepared.missing.length, from: prepared.from } }
        : {}),
    };
  });
  const text = sets.map(({ id, title, task, size, licence, source, prepared }) => {
    const state = prepared
      ? `prepared: ${formatCount(prepared.items, 'item')}${prepared.missing > 0 ? `, ${formatCount(prepared.missing, 'video')} missing` : ''}`
      : 'not prepared';
    return `${id.padEnd(26)}${title} [${task}] ${state}\n${' '.repeat(26)}${size}. ${licence}. ${source}`;
  });
  return { result: { sets }, text: text.join('\n') };
}

/** Most missing parts and problems that are printed; `--json` has all. */
const SHOWN_LINES = 20;

function shorten(lines: readonly string[]): readonly string[] {
  const rest = lines.length - SHOWN_LINES;
  return rest > 0 ? [...lines.slice(0, SHOWN_LINES), `  ... and ${rest} more (use --json)`] : lines;
}

async function prepare(context: CommandContext, id: string, options: PrepareOptions) {
  const adapter = await requireSet(id);
  const [{ prepareSet }, { evaluationPaths }] = await Promise.all([
    import('../evaluation/preparing/prepare-set.ts'),
    import('../evaluation/paths.ts'),
  ]);
  return withEvaluation(context, async (tools) => {
    const annotations = context.resolvePath(options.from);
    const folders = {
      annotations,
      videos: options.videos === undefined ? annotations : context.resolvePath(options.videos),
      subtitles: options.subtitles === undefined ? annotations : context.resolvePath(options.subtitles),
    };
    const info = await prepareSet(adapter, folders, evaluationPaths(context.dataDir).set(id), tools);
    const withSubtitles = info.videos.filter(({ hasSubtitles }) => hasSubtitles).length;
    const lines = [
      `${adapter.title}: ${formatCount(info.items, 'item')} on ${formatCount(info.videos.length, 'video')} ready, ${withSubtitles} with subtitles.`,
      ...shorten(
        info.missing.map(
          ({ what, items, remedy }) =>
            `  missing ${sanitiseLine(what)} (${formatCount(items, 'item')}). ${sanitiseLine(remedy)}`,
        ),
      ),
      ...shorten(info.problems.map((problem) => `  left out: ${sanitiseLine(problem)}`)),
      `Next: goldfish eval run ${id}`,
    ];
    return { result: info, text: lines.join('\n') };
  });
}

export function registerEvalSets(command: Command, run: RunCommand): void {
  command
    .command('sets')
    .description('list the data sets: size, licence, where to get them, what is prepared')
    .addHelpText('after', formatExamples('goldfish eval sets'))
    .action(() => run((context) => reportEvaluationErrors(() => listSets(context))));
  command
    .command('prepare')
    .argument('<set>', 'a set of "eval sets"')
    .requiredOption('--from <folder>', "folder of the set's annotation files")
    .option('--videos <folder>', 'folder of its videos or frames (default: that of --from)')
    .option('--subtitles <folder>', 'folder of its subtitles (default: that of --from)')
    .description('check a set on this disk and make it ready; says what is missing, downloads nothing')
    .addHelpText(
      'after',
      formatExamples('goldfish eval prepare tvqa-long --from ~/tvqa --videos ~/tvqa/frames_hq'),
    )
    .action((id: string, options: PrepareOptions) => run((context) => prepare(context, id, options)));
}
