import type { EvaluationTools } from '../evaluation/evaluation-tools.ts';
import type { SetAdapter } from '../evaluation/sets/set-adapter.ts';
import { CommandError, usageError } from './cli-failure.ts';
import type { CommandResult } from './command.ts';
import type { CommandContext } from './context.ts';
import { createProgressDisplay } from './progress.ts';

/** Runs an evaluation with its tools. Loads the adapters only now. Errors of evaluations become errors of the command. */
export async function withEvaluation(
  context: CommandContext,
  work: (tools: EvaluationTools) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { createEvaluationTools } = await import('../daemon/run-evaluation.ts');
  const { signal, env } = context;
  const progress = createProgressDisplay<string>(context.err, env, 'evaluating', (text) => ({
    fraction: undefined,
    text,
    currentItem: '',
  }));
  const connect = async (dataDir: string) => {
    const client = await context.connect({ dataDir, tied: true, signal });
    if (client) return client;
    throw new CommandError('unavailable', 'The daemon could not be started.', 'Run "goldfish doctor".');
  };
  try {
    return await reportEvaluationErrors(() =>
      work(createEvaluationTools({ connect, signal, env, onProgress: progress.show })),
    );
  } finally {
    progress.end();
  }
}

/** Turns errors of evaluations into errors of the command. */
export async function reportEvaluationErrors<T>(work: () => T | Promise<T>): Promise<T> {
  const { EvaluationError } = await import('../evaluation/evaluation-error.ts');
  try {
    return await work();
  } catch (error) {
    if (error instanceof EvaluationError) throw new CommandError('invalid', error.message, error.remedy);
    throw error;
  }
}

/** Returns the adapter of a set. Throws a usage error for an unknown name. */
export async function requireSet(id: string): Promise<SetAdapter> {
  const { findSet } = await import('../evaluation/sets/all-sets.ts');
  const adapter = findSet(id);
  if (adapter) return adapter;
  throw usageError(`There is no set ${id}.`, '"goldfish eval sets" lists them.');
}
