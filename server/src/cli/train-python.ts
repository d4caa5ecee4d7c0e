import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { toProgramEnvironment } from '../base/child-environment.ts';
import { findProgram } from '../base/find-program.ts';
import { packageRoot } from '../base/package-root.ts';
import { trainingDir } from '../base/paths.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import type { CommandContext } from './context.ts';

/** Disk that the Python packages take, for people. Measured on Linux with PyTorch for CPUs. */
export const TRAINING_PACKAGES_SIZE = '1.2 GB, several times that where pip chooses PyTorch for GPUs';
/** Python versions that the locked packages exist for. */
const PYTHON_NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];
/** Written when an installation is complete. */
const COMPLETE_MARK = 'complete.txt';

/** Returns the Python package that trains. It is in a clone of the project, and not in the npm package. */
function trainerFolder(): string {
  const folder = join(packageRoot(), 'train');
  if (existsSync(join(folder, 'goldfish_train'))) return folder;
  throw new CommandError(
    'unavailable',
    'This installation of Goldfish does not contain the trainer.',
    'Clone the project and run "npm run -s goldfish -- train ..." there. Both use the same index.',
    ExitCodes.missing,
  );
}

const pythonIn = (folder: string) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** Returns the Python with the trainer's packages: GOLDFISH_TRAIN_PYTHON, or the one that `train install` made. */
function requirePython(env: NodeJS.ProcessEnv): string {
  if (env.GOLDFISH_TRAIN_PYTHON) return env.GOLDFISH_TRAIN_PYTHON;
  const folder = trainingDir(env);
  if (existsSync(join(folder, COMPLETE_MARK))) return pythonIn(folder);
  throw new CommandError(
    'unavailable',
    `Training needs Python packages (PyTorch and others) that are not installed: ${TRAINING_PACKAGES_SIZE}.`,
    'Run "goldfish train install", or name a Python that has them in GOLDFISH_TRAIN_PYTHON.',
    ExitCodes.missing,
  );
}

interface Finished {
  readonly code: number;
  readonly output: string;
}

/** Runs a program. Its errors and progress go to the terminal; its standard output is returned. */
async function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { err, signal }: Pick<CommandContext, 'err' | 'signal'>,
): Promise<Finished> {
  const child = spawn(program, args, {
    env: toProgramEnvironment(env, ['HF_TOKEN']),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.write(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  try {
    const code = await promise;
    signal.throwIfAborted();
    return { code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Installs the trainer's packages into a folder of their own. Rejects with CommandError. */
export async function installTrainer(context: CommandContext): Promise<{ readonly folder: string }> {
  const lock = join(trainerFolder(), 'requirements.lock');
  const { env } = context;
  const python = PYTHON_NAMES.map((name) => findProgram(name, env)).find((path) => path !== undefined);
  if (python === undefined)
    throw new CommandError(
      'unavailable',
      'Python 3 is not installed, and training needs it.',
      'Install Python 3.11 or later and try again.',
      ExitCodes.missing,
    );
  const folder = trainingDir(env);
  await rm(join(folder, COMPLETE_MARK), { force: true });
  await mkdir(dirname(folder), { recursive: true });
  const steps = [
    [python, '-m', 'venv', '--clear', folder],
    [pythonIn(folder), '-m', 'pip', 'install', '--disable-pip-version-check', '--requirement', lock],
  ] as const;
  for (const [program, ...args] of steps) {
    const { code, output } = await runProgram(program, args, env, context);
    if (code === 0) continue;
    const last = output.trim().split('\n').at(-1);
    throw new CommandError(
      'unavailable',
      `The Python packages could not be installed${last ? `: ${last}` : '.'}`,
      `Check the network and the free disk space (${TRAINING_PACKAGES_SIZE}) and try again.`,
    );
  }
  await writeFile(join(folder, COMPLETE_MARK), '');
  return { folder };
}

/** Reads the trainer's last line: a result or an error, as JSON. */
function parseOutput(output: string): Readonly<Record<string, unknown>> {
  const line = output.trim().split('\n').at(-1) ?? '';
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Handled below: the trainer ended without a result.
  }
  return {};
}

/** Runs one command of the trainer. Returns its result; rejects with CommandError if it fails. */
export async function runTrainer(
  command: string,
  args: readonly string[],
  context: CommandContext,
): Promise<Readonly<Record<string, unknown>>> {
  const folder = trainerFolder();
  const python = requirePython(context.env);
  const env = {
    ...context.env,
    PYTHONPATH: [folder, context.env.PYTHONPATH].filter(Boolean).join(delimiter),
    PYTHONUNBUFFERED: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    ORT_DISABLE_TELEMETRY: '1',
    TOKENIZERS_PARALLELISM: 'false',
  };
  const { code, output } = await runProgram(
    python,
    ['-m', 'goldfish_train', command, ...args],
    env,
    context,
  ).catch((cause: unknown) => {
    context.signal.throwIfAborted();
    throw new CommandError(
      'unavailable',
      `${python} could not be started: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Run "goldfish train install" again, or correct GOLDFISH_TRAIN_PYTHON.',
      ExitCodes.missing,
    );
  });
  const result = parseOutput(output);
  const { error, remedy } = result;
  if (typeof error === 'string') throw new CommandError('invalid', error, String(remedy ?? ''));
  if (code === 0) return result;
  throw new CommandError(
    'unavailable',
    `The trainer ended with code ${code}. The lines above say why.`,
    'Correct the cause and run the same command again: "fit" resumes where it stopped.',
  );
}
