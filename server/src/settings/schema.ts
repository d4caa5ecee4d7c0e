import { z } from 'zod';
import type { Settings } from '../core/domain/settings.ts';
import { type ModelSetting, parseModelSetting } from '../core/models/model-setting.ts';

const modelSetting = (kinds: string, accepts: (kind: ModelSetting['kind']) => boolean) =>
  z
    .string()
    .max(4096)
    .refine((text) => {
      const kind = parseModelSetting(text)?.kind;
      return kind !== undefined && accepts(kind);
    }, `must be empty, none, ${kinds}`);
const MODEL_SOURCES = 'a hub id such as owner/name, an absolute folder';
const isBorrowed = (kind: ModelSetting['kind']) => kind === 'captioner' || kind === 'editor';
const remoteOrLocalModel = modelSetting(
  `${MODEL_SOURCES}, or http://host/v1#model`,
  (kind) => !isBorrowed(kind),
);
const localModel = modelSetting(`or ${MODEL_SOURCES}`, (kind) => !isBorrowed(kind) && kind !== 'endpoint');
const answerer = modelSetting(`captioner, editor, ${MODEL_SOURCES}, or http://host/v1#model`, () => true);

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Every setting: type, range, default and what a person reads about it. The order is the one shown. */
export const settingsSchema = {
  'clips.seconds': z
    .int()
    .min(5)
    .max(300)
    .default(30)
    .describe('Length of a clip in seconds. Edges move to a near cut. A change describes all videos anew.'),
  'screenText.enabled': z
    .boolean()
    .default(true)
    .describe('Read text off the screen: slides, terminals, captions.'),
  'screenText.languages': z
    .array(z.string().regex(/^[A-Za-z_]{2,20}$/, 'must be a name such as eng or chi_sim'))
    .min(1)
    .max(8)
    .default(['eng'])
    .describe("Languages of text on screen, by Tesseract's names: eng, deu, chi_sim, jpn, ..."),
  'media.backend': z
    .enum(['auto', 'node-av', 'ffmpeg'])
    .default('auto')
    .describe(
      'What reads media: node-av inside a child process, an ffmpeg command, or whichever is there (auto).',
    ),
  'media.ffmpegPath': z
    .string()
    .max(4096)
    .default('')
    .describe('Path of an ffmpeg. Empty: ffmpeg-static where installed, else the one on PATH.'),
  'work.cpuShare': z
    .int()
    .min(5)
    .max(100)
    .default(50)
    .describe('Share of the processors that indexing may use, in percent.'),
  'work.pauseOnBattery': z
    .boolean()
    .default(true)
    .describe('Do not index by itself while running on battery.'),
  'work.quietHours': z
    .string()
    .regex(/^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$/, 'must be like 22:00-07:00, or empty')
    .default('')
    .describe('Local time in which nothing is indexed by itself, such as 22:00-07:00. Empty: none.'),
  'models.captioner': remoteOrLocalModel
    .default('')
    .describe(
      'What writes captions: a model id of the hub, a local model folder, or an OpenAI-compatible host as ' +
        'http://host/v1#model (frames and speech are then sent there). Empty: the default model where it was pulled. none: no captions.',
    ),
  'models.transcriber': remoteOrLocalModel
    .default('')
    .describe(
      'What writes down speech where there are no subtitles: a model id of the hub, a local model folder, or an ' +
        'OpenAI-compatible host as http://host/v1#model (the sound is then sent there). Empty: the default model where it was ' +
        'pulled. none: no transcripts.',
    ),
  'models.transcribeAll': z
    .boolean()
    .default(false)
    .describe('Transcribe speech also where there are subtitles.'),
  'models.textEmbedder': remoteOrLocalModel
    .default('')
    .describe(
      'What matches meanings and not only words: a model id of the hub, a local model folder, or an OpenAI-compatible host ' +
        'as http://host/v1#model (questions, captions, speech and screen text are then sent there). Empty: the default ' +
        'model where it was pulled. none: words alone.',
    ),
  'models.frameEmbedder': localModel
    .default('')
    .describe(
      'What finds pictures by words and by other pictures: CLIP or SigLIP, as a model id of the hub or a local model ' +
        'folder. Empty: the default model where it was pulled. none: pictures are found by their captions alone.',
    ),
  'models.reranker': remoteOrLocalModel
    .default('')
    .describe(
      'What reads the best hits again beside the question: a model id of the hub, a local model folder, or a host with ' +
        '/rerank as http://host/v1#model (questions and the passages found are then sent there). Empty: the default ' +
        'model where it was pulled. none: no second look.',
    ),
  'models.answerer': answerer
    .default('')
    .describe(
      'What writes answers from the clips found: a model id of the hub, a local model folder, an OpenAI-compatible host as ' +
        'http://host/v1#model, or editor: the language model of the editor that asks, such as VS Code’s (the question, what was ' +
        'asked before it, and the text of those clips, or of all clips of the videos it is about, are then sent there), or captioner: what writes captions. Empty: the default model where it ' +
        'was pulled. none: answers are quotes.',
    ),
  'models.captionLanguage': z
    .string()
    .refine(isLanguage, 'must be a language tag such as en or pt-BR')
    .default('en')
    .describe('Language of captions, such as en or de. A change captions all videos anew.'),
  'models.frames': z
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe('Frames of each clip that the captioner sees; more cost time. 0: as the model is best used.'),
  'models.device': z
    .enum(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'])
    .default('auto')
    .describe('What models run on. auto: the first accelerator that passes its self-test, else the CPU.'),
  'models.idleMinutes': z
    .number()
    .min(0.1)
    .max(1440)
    .default(5)
    .describe('Minutes after which a model without work gives its memory back.'),
  'models.keyVariable': z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable')
    .default('GOLDFISH_API_KEY')
    .describe('Environment variable that holds the key for OpenAI-compatible hosts.'),
  'models.firstPull': z
    .enum(['ask', 'always', 'never'])
    .default('ask')
    .describe(
      'Whether "start" and "index" fetch the default models that are missing: ask (once, on a terminal), always, never.',
    ),
  'models.offline': z.boolean().default(false).describe('Never ask the model hub for anything.'),
  'ask.clips': z
    .int()
    .min(-1)
    .max(100)
    .refine((clips) => clips !== 0, 'must be -1 or a whole number from 1 to 100')
    .default(3)
    .describe('How many clips an answer is made from; -1 for all that were found.'),
  'ask.wholeMinutes': z
    .number()
    .min(0)
    .max(30)
    .default(3)
    .describe(
      'A video of at most so many minutes is shown to the captioner whole, with the question, where a question means that ' +
        'video alone. 0: never; answers then come from what is in the index.',
    ),
  'log.level': z
    .enum(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('Least weight of a line in the log.'),
  'log.megabytes': z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('Size at which the log is rotated, in MB; from the next start on.'),
  'log.files': z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('How many rotated logs are kept; from the next start on.'),
} satisfies { readonly [K in keyof Settings]: z.ZodType<Settings[K], Settings[K] | undefined> };

export type SettingKey = keyof Settings;

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingsSchema, key);
}

export const settingKeys = Object.keys(settingsSchema) as readonly SettingKey[];

/** What a value that was not accepted should have been, for a person. */
export function formatSettingProblem(key: string, error: z.ZodError): string {
  return `${key}: ${error.issues[0]?.message ?? 'is wrong'}`;
}

/** All settings from what a file holds: a missing value is the default, a wrong one too, and is told of. */
export function completeSettings(stored: Readonly<Record<string, unknown>>): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const entries = settingKeys.map((key) => {
    const type: z.ZodType = settingsSchema[key];
    const parsed = type.safeParse(stored[key]);
    if (parsed.success) return [key, parsed.data] as const;
    problems.push(`${formatSettingProblem(key, parsed.error)}; the default is used`);
    return [key, type.parse(undefined)] as const;
  });
  for (const key of Object.keys(stored))
    if (!isSettingKey(key)) problems.push(`${key} is no setting of this build; it is kept`);
  return { settings: Object.fromEntries(entries) as unknown as Settings, problems };
}
