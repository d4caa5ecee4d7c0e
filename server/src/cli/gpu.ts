import { useProxy } from '../base/proxy.ts';
import { UnavailableError } from '../core/unavailable.ts';
import type { GpuState } from '../daemon/run-gpu.ts';
import { asks } from './asks.ts';
import type { Check } from './check.ts';
import { commandName, examples, type Outcome, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { CommandError, ExitCodes, usageError } from './failure.ts';
import { size } from './format.ts';
import { viewOn } from './progress.ts';

/** Loaded when it is asked for: the other commands need none of it. */
const own = () => import('../daemon/run-gpu.ts');

const WITHOUT =
  'WebGPU is part of ONNX Runtime on Linux x64, Windows and macOS and needs nothing fetched; DirectML is on Windows, CoreML on macOS.';

/** What is there of CUDA and what is missing, a line each. */
function stateLines(state: GpuState): readonly string[] {
  const { runtime, here, folder, libraries, driver, platform } = state;
  if (!runtime) return [`CUDA: there is nothing to fetch for ${platform}. ${WITHOUT}`];
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

async function statusOf(context: Context): Promise<Outcome> {
  const state = (await own()).gpuState(context.env);
  const client = await context.runningClient();
  const roles = client
    ? (await client.request('goldfish/models/list', {}, { signal: context.signal })).roles
    : [];
  const models = client
    ? roles.map(({ role, inUse, why }) => `${role}: ${cleanLine(inUse)} (${cleanLine(why)})`)
    : ['what each model runs on, and why not on what would be quicker, is told while the daemon runs'];
  return { result: { ...state, roles }, text: [...stateLines(state), '', ...models].join('\n') };
}

async function enable(context: Context, yes: boolean): Promise<Outcome> {
  const { enableGpu, gpuCache, gpuFeed, gpuState } = await own();
  const state = gpuState(context.env);
  const { runtime, folder } = state;
  if (!runtime)
    throw new CommandError('unavailable', `There is no CUDA provider for ${state.platform}.`, WITHOUT);
  if (state.here) return { result: { enabled: true, fetched: false }, text: stateLines(state).join('\n') };
  const feed = gpuFeed(context.env);
  const pinned =
    runtime.sha256 === null
      ? 'is not pinned yet, so nothing proves the file but the encrypted connection'
      : 'is pinned';
  const say = (text: string) => void context.err.write(`${text}\n`);
  say(
    [
      ...stateLines(state),
      `to be fetched: ${runtime.package} ${runtime.version} (${runtime.bytes === null ? 'size not known yet' : size(runtime.bytes)}) from ${feed}`,
      `its checksum ${pinned}`,
      'This way was written by us and never run on a machine with CUDA: models.device decides what is used, and a model that fails its self-test on CUDA goes on elsewhere.',
    ].join('\n'),
  );
  if (!yes && !(context.err.isTTY && context.input?.isTTY))
    throw usageError('Nothing was fetched: nobody can be asked here.', 'Run it again with --yes.');
  if (!yes && !(await asks(context, 'Fetch it? [Y/n] ')))
    return { result: { enabled: false, fetched: false }, text: 'Nothing was fetched.' };
  useProxy(context.env, say);
  const progress = viewOn<{ bytes: number; total: number | undefined }>(
    context.err,
    context.env,
    'fetching',
    ({ bytes, total }) => ({
      share: total ? bytes / total : undefined,
      text: total ? `${size(bytes)} of ${size(total)}` : size(bytes),
      at: '',
    }),
  );
  try {
    const onBytes = (bytes: number, total: number | undefined) => progress.show({ bytes, total });
    const options = { feed, runtime, folder, cache: gpuCache(), onBytes, onRetry: say };
    const fetched = await enableGpu(options, context.signal);
    progress.end();
    const command = commandName(context.env);
    const text = [
      `The CUDA provider is in ${folder}.`,
      `SHA-256 of the package: ${fetched.sha256}, ${size(fetched.bytes)}`,
      `${command} models pull --accelerator fetches the graphs that a GPU wants; ${command} gpu status tells what each model runs on.`,
    ].join('\n');
    return { result: { enabled: true, fetched: true, ...fetched, folder }, text };
  } catch (error) {
    if (error instanceof UnavailableError)
      throw new CommandError('unavailable', error.message, error.remedy, ExitCodes.failed);
    throw error;
  } finally {
    progress.end();
  }
}

/** A line of `doctor`: a GPU is never needed. */
export async function checkGpu(env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'GPU';
  const { runtime, here, driver, libraries } = (await own()).gpuState(env);
  const none = 'none is needed; models take one by themselves where it passes their self-test';
  if (!runtime || !driver) return { name, state: 'ok', found: none };
  if (!here)
    return {
      name,
      state: 'absent',
      found: `an NVIDIA driver is loaded, and the CUDA provider is not here; ${none}`,
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

export const gpu: Register = (program, run) => {
  const group = program.command('gpu').description('what models run on, and CUDA for those who have it');
  group
    .command('status', { isDefault: true })
    .description('what is here of CUDA, and what each model runs on, and why')
    .addHelpText('after', examples('goldfish gpu status', 'goldfish gpu status --json'))
    .action(() => run(statusOf));
  group
    .command('enable')
    .option('--yes', 'without a question')
    .description("fetch ONNX Runtime's CUDA provider, which npm does not carry (Linux x64; untried by us)")
    .addHelpText('after', examples('goldfish gpu enable', 'goldfish gpu enable --yes'))
    .action((options: { readonly yes?: boolean }) => run((context) => enable(context, options.yes === true)));
};
