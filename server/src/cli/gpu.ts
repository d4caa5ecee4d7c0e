import { useProxy } from '../base/proxy.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { GpuState } from '../daemon/run-gpu.ts';
import { CommandError, ExitCodes, usageError } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand, userCommandName } from './command.ts';
import { confirm } from './confirm.ts';
import type { CommandContext } from './context.ts';
import type { Check } from './doctor-check.ts';
import { formatBytes } from './format.ts';
import { createProgressDisplay } from './progress.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Loaded when it is asked for: the other commands need none of it. */
const loadGpuModule = () => import('../daemon/run-gpu.ts');

const OTHER_PROVIDERS_NOTE =
  'WebGPU is part of ONNX Runtime on Linux x64, Windows and macOS and needs nothing fetched; DirectML is on Windows, CoreML on macOS.';

/** What is there of CUDA and what is missing, a line each. */
function formatGpuState(state: GpuState): readonly string[] {
  const { runtime, here, folder, libraries, driver, platform } = state;
  if (!runtime) return [`CUDA: there is nothing to fetch for ${platform}. ${OTHER_PROVIDERS_NOTE}`];
  const missing = libraries.filter(({ found }) => !found).map(({ name }) => name);
  return [
    `CUDA provider of ${runtime.runtime}: ${here ? `here, in ${folder}` : 'not here'}`,
    `it needs: ${runtime.needs}`,
    `NVIDIA driver: ${driver ? 'loaded' : 'none is loaded'}`,
    missing.length === 0
      ? 'its libraries: found'
      : `its libraries: the system's loader does not know ${missing.join(', ')}`,
  ];
}

async function showGpuStatus(context: CommandContext): Promise<CommandResult> {
  const state = (await loadGpuModule()).gpuState(context.env);
  const client = await context.runningClient();
  const roles = client
    ? (await client.request('goldfish/models/list', {}, { signal: context.signal })).roles
    : [];
  const models = client
    ? roles.map(({ role, inUse, why }) => `${role}: ${sanitiseLine(inUse)} (${sanitiseLine(why)})`)
    : ['what each model runs on, and why not on what would be quicker, is told while the daemon runs'];
  return { result: { ...state, roles }, text: [...formatGpuState(state), '', ...models].join('\n') };
}

async function enableCuda(context: CommandContext, confirmed: boolean): Promise<CommandResult> {
  const { enableGpu, gpuCache, gpuFeed, gpuState } = await loadGpuModule();
  const state = gpuState(context.env);
  const { runtime, folder } = state;
  if (!runtime)
    throw new CommandError(
      'unavailable',
      `There is no CUDA provider for ${state.platform}.`,
      OTHER_PROVIDERS_NOTE,
    );
  if (state.here)
    return { result: { enabled: true, fetched: false }, text: formatGpuState(state).join('\n') };
  const feed = gpuFeed(context.env);
  const checksumText =
    runtime.sha256 === null
      ? 'is not pinned yet, so nothing proves the file but the encrypted connection'
      : 'is pinned';
  const printLine = (text: string) => void context.err.write(`${text}\n`);
  printLine(
    [
      ...formatGpuState(state),
      `to be fetched: ${runtime.package} ${runtime.version} (${runtime.bytes === null ? 'size not known yet' : formatBytes(runtime.bytes)}) from ${feed}`,
      `its checksum ${checksumText}`,
      'This way was written by us and never run on a machine with CUDA: models.device decides what is used, and a model that fails its self-test on CUDA goes on elsewhere.',
    ].join('\n'),
  );
  if (!confirmed && !(context.err.isTTY && context.input?.isTTY))
    throw usageError('Nothing was fetched: nobody can be asked here.', 'Run it again with --yes.');
  if (!confirmed && !(await confirm(context, 'Fetch it? [Y/n] ')))
    return { result: { enabled: false, fetched: false }, text: 'Nothing was fetched.' };
  useProxy(context.env, printLine);
  const progress = createProgressDisplay<{ bytes: number; total: number | undefined }>(
    context.err,
    context.env,
    'fetching',
    ({ bytes, total }) => ({
      fraction: total ? bytes / total : undefined,
      text: total ? `${formatBytes(bytes)} of ${formatBytes(total)}` : formatBytes(bytes),
      currentItem: '',
    }),
  );
  try {
    const onBytes = (bytes: number, total: number | undefined) => progress.show({ bytes, total });
    const options = { feed, runtime, folder, cache: gpuCache(), onBytes, onRetry: printLine };
    const fetchedPackage = await enableGpu(options, context.signal);
    progress.end();
    const command = userCommandName(context.env);
    const text = [
      `The CUDA provider is in ${folder}.`,
      `SHA-256 of the package: ${fetchedPackage.sha256}, ${formatBytes(fetchedPackage.bytes)}`,
      `${command} models pull --accelerator fetches the graphs that a GPU wants; ${command} gpu status tells what each model runs on.`,
    ].join('\n');
    return { result: { enabled: true, fetched: true, ...fetchedPackage, folder }, text };
  } catch (error) {
    if (error instanceof ModelUnavailableError)
      throw new CommandError('unavailable', error.message, error.remedy, ExitCodes.failed);
    throw error;
  } finally {
    progress.end();
  }
}

/** A line of `doctor`: a GPU is never needed. */
export async function checkGpu(env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'GPU';
  const { runtime, here, driver, libraries } = (await loadGpuModule()).gpuState(env);
  const notNeeded = 'none is needed; models take one by themselves where it passes their self-test';
  if (!runtime || !driver) return { name, state: 'ok', found: notNeeded };
  if (!here)
    return {
      name,
      state: 'absent',
      found: `an NVIDIA driver is loaded, and the CUDA provider is not here; ${notNeeded}`,
      remedy: 'goldfish gpu enable',
    };
  const missing = libraries.filter(({ found }) => !found).map(({ name: library }) => library);
  if (missing.length === 0)
    return { name, state: 'ok', found: 'the CUDA provider and its libraries are here' };
  return {
    name,
    state: 'absent',
    found: `the CUDA provider is here; the loader does not know ${missing.join(', ')}`,
    remedy: `Install ${runtime.needs.replace(/^An NVIDIA driver, /, '')}, or add their folder to LD_LIBRARY_PATH.`,
  };
}

export const registerGpu: RegisterCommand = (program, run) => {
  const command = program.command('gpu').description('what models run on, and CUDA for those who have it');
  command
    .command('status', { isDefault: true })
    .description('what is here of CUDA, and what each model runs on, and why')
    .addHelpText('after', formatExamples('goldfish gpu status', 'goldfish gpu status --json'))
    .action(() => run(showGpuStatus));
  command
    .command('enable')
    .option('--yes', 'without a question')
    .description("fetch ONNX Runtime's CUDA provider, which npm does not carry (Linux x64; untried by us)")
    .addHelpText('after', formatExamples('goldfish gpu enable', 'goldfish gpu enable --yes'))
    .action((options: { readonly yes?: boolean }) =>
      run((context) => enableCuda(context, options.yes === true)),
    );
};
