import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { GpuState } from '../daemon/run-gpu.ts';
import { CommandError, ExitCodes, usageError } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand, userCommandName } from './command.ts';
import { confirm } from './confirm.ts';
import type { CommandContext } from './context.ts';
import type { Check } from './doctor-check.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Loads the GPU module on demand, because no other command needs it. */
const loadGpuModule = () => import('../daemon/run-gpu.ts');

const OTHER_PROVIDERS_NOTE =
  'WebGPU is built into ONNX Runtime on Linux x64, Windows and macOS, DirectML on Windows and CoreML on macOS. None of them needs a download.';

/** Formats which parts of CUDA are installed and which are missing, one line each. */
function formatGpuState(state: GpuState): readonly string[] {
  const { runtime, isInstalled, folder, libraries, driver, platform } = state;
  if (!runtime) return [`CUDA: not available for ${platform}. ${OTHER_PROVIDERS_NOTE}`];
  const missing = libraries.filter(({ isFound }) => !isFound).map(({ name }) => name);
  return [
    `CUDA provider of ${runtime.runtime}: ${isInstalled ? `installed in ${folder}` : 'not installed'}`,
    `requires: ${runtime.needs}`,
    `NVIDIA driver: ${driver ? 'loaded' : 'not loaded'}`,
    missing.length === 0 ? 'CUDA libraries: found' : `CUDA libraries: not found: ${missing.join(', ')}`,
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
    : ['Start the daemon to see which device each model uses, and why: goldfish start'];
  return { result: { ...state, roles }, text: [...formatGpuState(state), '', ...models].join('\n') };
}

async function enableCuda(context: CommandContext, confirmed: boolean): Promise<CommandResult> {
  const { enableGpu, gpuCache, gpuState, runtimeFolder } = await loadGpuModule();
  const state = gpuState(context.env);
  const { runtime, folder } = state;
  if (!runtime)
    throw new CommandError(
      'unavailable',
      `The CUDA provider is not available for ${state.platform}.`,
      OTHER_PROVIDERS_NOTE,
    );
  if (state.isInstalled)
    return { result: { enabled: true, fetched: false }, text: formatGpuState(state).join('\n') };
  const printLine = (text: string) => void context.err.write(`${text}\n`);
  printLine(
    [
      ...formatGpuState(state),
      `The install script of ${runtime.runtime} downloads some hundred MB from NuGet. No checksum is pinned: only the encrypted connection protects the download.`,
      'This download has not been tested on a machine with CUDA. A model that fails its self-test on CUDA uses another device. The setting models.device chooses the device.',
    ].join('\n'),
  );
  if (!confirmed && !(context.err.isTTY && context.input?.isTTY))
    throw usageError('Nothing was downloaded: this is not a terminal.', 'Run the command again with --yes.');
  if (!confirmed && !(await confirm(context, 'Download it? [Y/n] ')))
    return { result: { enabled: false, fetched: false }, text: 'Nothing was downloaded.' };
  try {
    const onLine = (line: string) => printLine(sanitiseLine(line));
    const { env, signal } = context;
    await enableGpu({ runtime, packageFolder: runtimeFolder(), cache: gpuCache(), env, onLine }, signal);
  } catch (error) {
    if (error instanceof ModelUnavailableError)
      throw new CommandError('unavailable', error.message, error.remedy, ExitCodes.failed);
    throw error;
  }
  const command = userCommandName(context.env);
  const text = [
    `Installed the CUDA provider in ${folder}.`,
    `Next: "${command} models pull --accelerator" downloads the model files for GPUs; "${command} gpu status" shows which device each model uses.`,
  ].join('\n');
  return { result: { enabled: true, fetched: true, folder }, text };
}

/** Checks the GPU for `doctor`. It is never "missing", because a GPU is optional. */
export async function checkGpu(env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'GPU';
  const { runtime, isInstalled, driver, libraries } = (await loadGpuModule()).gpuState(env);
  const notNeeded = 'optional; models use a GPU automatically if it passes their self-test';
  if (!runtime || !driver) return { name, state: 'ok', found: notNeeded };
  if (!isInstalled)
    return {
      name,
      state: 'absent',
      found: `NVIDIA driver loaded, CUDA provider not installed; ${notNeeded}`,
      remedy: 'goldfish gpu enable',
    };
  const missing = libraries.filter(({ isFound }) => !isFound).map(({ name: library }) => library);
  if (missing.length === 0) return { name, state: 'ok', found: 'CUDA provider and libraries installed' };
  return {
    name,
    state: 'absent',
    found: `CUDA provider installed; libraries not found: ${missing.join(', ')}`,
    remedy: `Install ${runtime.needs.replace(/^An NVIDIA driver, /, '')}, or add their folder to LD_LIBRARY_PATH.`,
  };
}

export const registerGpu: RegisterCommand = (program, run) => {
  const command = program
    .command('gpu')
    .description('show which device models use, and install CUDA support')
    .addHelpText('after', formatExamples('goldfish gpu', 'goldfish gpu enable'));
  command
    .command('status', { isDefault: true })
    .description('show which parts of CUDA are installed, and which device each model uses and why')
    .addHelpText('after', formatExamples('goldfish gpu status', 'goldfish gpu status --json'))
    .action(() => run(showGpuStatus));
  command
    .command('enable')
    .option('--yes', 'do not ask for confirmation')
    .description("download ONNX Runtime's CUDA provider, which is not on npm (Linux x64; untested)")
    .addHelpText('after', formatExamples('goldfish gpu enable', 'goldfish gpu enable --yes'))
    .action((options: { readonly yes?: boolean }) =>
      run((context) => enableCuda(context, options.yes === true)),
    );
};
