import type { RegisterCommand } from './command.ts';

/** Loads each command by name, in the order of the help text. */
const COMMANDS: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  start: async () => (await import('./start.ts')).registerStart,
  index: async () => (await import('./index-videos.ts')).registerIndex,
  add: async () => (await import('./add.ts')).registerAdd,
  record: async () => (await import('./record.ts')).registerRecord,
  ask: async () => (await import('./ask.ts')).registerAsk,
  digest: async () => (await import('./digest.ts')).registerDigest,
  search: async () => (await import('./search.ts')).registerSearch,
  open: async () => (await import('./open.ts')).registerOpen,
  show: async () => (await import('./show.ts')).registerShow,
  export: async () => (await import('./export.ts')).registerExport,
  reel: async () => (await import('./reel.ts')).registerReel,
  subtitles: async () => (await import('./subtitles.ts')).registerSubtitles,
  chapters: async () => (await import('./chapters.ts')).registerChapters,
  alerts: async () => (await import('./alerts.ts')).registerAlerts,
  correct: async () => (await import('./corrections.ts')).registerCorrect,
  name: async () => (await import('./name.ts')).registerName,
  tag: async () => (await import('./corrections.ts')).registerTag,
  corrections: async () => (await import('./corrections.ts')).registerCorrections,
  train: async () => (await import('./train.ts')).registerTrain,
  status: async () => (await import('./status.ts')).registerStatus,
  folders: async () => (await import('./folders.ts')).registerFolders,
  settings: async () => (await import('./settings.ts')).registerSettings,
  models: async () => (await import('./models.ts')).registerModels,
  gpu: async () => (await import('./gpu.ts')).registerGpu,
  pause: async () => (await import('./pause.ts')).registerPause,
  resume: async () => (await import('./resume.ts')).registerResume,
  reindex: async () => (await import('./reindex.ts')).registerReindex,
  forget: async () => (await import('./forget.ts')).registerForget,
  worker: async () => (await import('./worker.ts')).registerWorker,
  workers: async () => (await import('./workers.ts')).registerWorkers,
  users: async () => (await import('./users.ts')).registerUsers,
  metrics: async () => (await import('./metrics.ts')).registerMetrics,
  service: async () => (await import('./service.ts')).registerService,
  stop: async () => (await import('./stop.ts')).registerStop,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  eval: async () => (await import('./eval.ts')).registerEval,
  serve: async () => (await import('./serve.ts')).registerServe,
  completion: async () => (await import('./completion.ts')).registerCompletion,
  // With them come `mcp` and `daemon`.
  lsp: async () => (await import('./protocol-servers.ts')).registerProtocolServers,
};

/** Loads the command of this name, or all commands if there is none. Most of the time that a command takes to start is loading. */
export async function loadCommands(name?: string): Promise<readonly RegisterCommand[]> {
  const loadNamed = Object.entries(COMMANDS).find(([each]) => each === name)?.[1];
  return Promise.all((loadNamed ? [loadNamed] : Object.values(COMMANDS)).map((load) => load()));
}
