import { randomUUID } from 'node:crypto';
import { availableParallelism, hostname, loadavg } from 'node:os';
import { type FolderMapping, mapPath } from '../adapters/media-cache/folder-map.ts';
import { createMediaLocator } from '../adapters/media-cache/locate-media.ts';
import { createMediaChild } from '../adapters/media-child.ts';
import { createNodeDisk } from '../adapters/node-disk/disk.ts';
import { checkBullConnection } from '../adapters/work-queue/bullmq-engine.ts';
import { openBullTransport } from '../adapters/work-queue/bullmq-transport.ts';
import type { WorkerReport, WorkerSettings } from '../adapters/work-queue/messages.ts';
import type { QueueAddress } from '../adapters/work-queue/queue-address.ts';
import { startWorkerLoop } from '../adapters/work-queue/worker-loop.ts';
import { BUILD } from '../base/build.ts';
import { nativeEnvironment } from '../base/children.ts';
import { modelsDir } from '../base/paths.ts';
import { useProxy } from '../base/proxy.ts';
import { findAddressSecrets, redactSecrets } from '../base/redact-secrets.ts';
import type { Settings } from '../core/domain/settings.ts';
import { isWorkerRole, type WorkerRole } from '../core/pipeline/worker-role.ts';
import { runTask } from '../indexing/run-task.ts';
import type { StageResult } from '../indexing/stages/stage-runner.ts';
import type { ExamBook } from '../ports/exam-book.ts';
import { completeSettings } from '../settings/schema.ts';
import { createModels, type Models } from './models.ts';

export { parseFolderMapping } from '../adapters/media-cache/folder-map.ts';
export { parseQueueAddress } from '../adapters/work-queue/queue-address.ts';

export interface WorkerOptions {
  readonly queue: QueueAddress;
  readonly roles: readonly WorkerRole[];
  /** Tasks of the role `decoder` at a time, and processors that models on the CPU may use. */
  readonly cpus: number;
  readonly mappings: readonly FolderMapping[];
  readonly token: string;
  readonly cacheFolder: string;
  readonly cacheBytes: number;
  /** How long running tasks may take at the end, ms. */
  readonly drainMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives lines for a person or a log. */
  readonly onLine: (line: string) => void;
}

/** Returns roles by name. Returns the first name that is none. */
export function parseRoles(names: readonly string[]): readonly WorkerRole[] | string {
  const wrong = names.find((name) => !isWorkerRole(name));
  return wrong ?? names.filter(isWorkerRole);
}

/** Workers take no exams: the daemon answers and chooses. */
const NO_EXAMS: ExamBook = { find: () => undefined, save: async () => undefined };

/**
 * Runs a worker until the signal aborts; then it drains. Rejects if the queue cannot be reached at the start. The
 * worker keeps nothing but a cache of media.
 */
export async function runWorker(options: WorkerOptions, signal: AbortSignal): Promise<WorkerReport> {
  const { queue, roles, cpus, onLine } = options;
  for (const [name, value] of Object.entries(nativeEnvironment)) process.env[name] ??= value;
  await checkBullConnection(queue);
  useProxy(options.env, onLine);
  const settings = createWorkerSettings(options.mappings);
  const models = createModels({
    settings: settings.all,
    onSettings: settings.onChange,
    modelsDir: modelsDir(),
    env: options.env,
    exams: NO_EXAMS,
    threads: () => cpus,
    log: onLine,
  });
  const media = createMediaChild({ settings: settings.all, onTrouble: onLine });
  const disk = createNodeDisk();
  let mediaUrl: string | undefined;
  const { mappings, cacheFolder, cacheBytes, token } = options;
  const locator = createMediaLocator({
    mappings,
    cacheFolder,
    cacheBytes,
    token,
    mediaUrl: () => mediaUrl,
    sample: (uri, sampleSignal) => disk.sample(uri, sampleSignal),
  });
  const ports = { media, settings: settings.all, ...models };
  const transport = openBullTransport(queue);
  const loop = startWorkerLoop<StageResult>({
    transport,
    id: randomUUID(),
    host: hostname(),
    build: BUILD,
    roles: new Map(roles.map((role) => [role, role === 'decoder' ? cpus : 1])),
    run: (task, events, taskSignal) =>
      runTask(task, ports, (copy, copySignal) => locator.locate(copy, copySignal), events, taskSignal),
    onAnnouncement: (announcement) => {
      mediaUrl = announcement.mediaUrl;
      settings.set(announcement.settings);
    },
    findLack: (role) => findLack(role, models),
    onTrouble: (message) => onLine(redactSecrets(message, findAddressSecrets(options.queue.url))),
    load: () => (loadavg()[0] ?? 0) / availableParallelism(),
    now: () => performance.now(),
  });
  onLine(
    `Working for ${queue.label} as ${roles.join(', ')}. Press Ctrl-C to finish the running tasks and stop.`,
  );
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  onLine('Finishing the running tasks.');
  await loop.drain(options.drainMs);
  await Promise.allSettled([transport.close(), media.close(), models.close()]);
  return loop.report();
}

/** Holds this machine's defaults, overlaid with what the daemon announces. */
function createWorkerSettings(mappings: readonly FolderMapping[]) {
  const defaults = completeSettings({}).settings;
  const listeners = new Set<(settings: Settings) => void>();
  let current = defaults;
  let announced = '';
  return {
    all: () => current,
    onChange(listener: (settings: Settings) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(shared: WorkerSettings) {
      const text = JSON.stringify(shared);
      if (text === announced) return;
      announced = text;
      const mapped = Object.entries(shared).map(([key, value]) => [
        key,
        // A model may be a folder of the daemon's machine.
        key.startsWith('models.') && typeof value === 'string' ? mapPath(value, mappings) : value,
      ]);
      current = completeSettings({ ...defaults, ...Object.fromEntries(mapped) }).settings;
      for (const listener of [...listeners]) listener(current);
    },
  };
}

const MODEL_OF_ROLE: Readonly<
  Partial<Record<WorkerRole, 'captioner' | 'transcriber' | 'textEmbedder' | 'frameEmbedder'>>
> = {
  captioner: 'captioner',
  transcriber: 'transcriber',
  textEmbedder: 'textEmbedder',
  frameEmbedder: 'frameEmbedder',
};

/** Returns why a role cannot be served here: its model is missing. */
function findLack(role: WorkerRole, models: Models): string | undefined {
  const name = MODEL_OF_ROLE[role];
  if (name === undefined || models[name]() !== undefined) return undefined;
  const { why } = models.roles().find((candidate) => candidate.role === name) ?? { why: 'no model' };
  return why;
}
