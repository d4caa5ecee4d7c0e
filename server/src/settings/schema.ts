import { z } from 'zod';
import { parseIndexLocation } from '../core/domain/index-location.ts';
import type { Settings } from '../core/domain/settings.ts';
import { parseTrackRule } from '../core/media/track-selection.ts';
import { type ModelSetting, parseModelSetting } from '../core/models/model-setting.ts';

const modelSetting = (kinds: string, accepts: (kind: ModelSetting['kind']) => boolean) =>
  z
    .string()
    .max(4096)
    .refine((text) => {
      const kind = parseModelSetting(text)?.kind;
      return kind !== undefined && accepts(kind);
    }, `leave it empty, or use none, ${kinds}`);
const MODEL_SOURCES = 'a hub model id such as owner/name, an absolute folder path';
const isBorrowed = (kind: ModelSetting['kind']) => kind === 'captioner' || kind === 'editor';
const remoteOrLocalModel = modelSetting(
  `${MODEL_SOURCES}, or http://host/v1#model`,
  (kind) => !isBorrowed(kind),
);
const localModel = modelSetting(`or ${MODEL_SOURCES}`, (kind) => !isBorrowed(kind) && kind !== 'endpoint');
const folderModel = modelSetting('or an absolute folder path', (kind) =>
  ['default', 'none', 'folder'].includes(kind),
);
const answerer = modelSetting(`captioner, editor, ${MODEL_SOURCES}, or http://host/v1#model`, () => true);

function wholeNumber(min: number, max: number) {
  const error = `use a whole number from ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error);
}

function decimalNumber(min: number, max: number) {
  const error = `use a number from ${min} to ${max}`;
  return z.number(error).min(min, error).max(max, error);
}

function createChoiceSchema<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `use one of ${values.join(', ')}`);
}

/** Options of object storage. Secrets are not among them: they come from the environment. */
const STORAGE_OPTION =
  /^(?:endpoint=https?:\/\/[^\s@?#]+|region=[\w-]+|account=[a-z0-9]+|allow_http=(?:true|false))$/;
const OPTIONS_ERROR =
  'use a list of endpoint=URL, region=NAME, account=NAME, allow_http=true; keys belong in the environment';
const trueOrFalse = () => z.boolean('use true or false');
const TRACKS_ERROR = 'use a list of entries such as talk.mkv=audio:2 or talk.mkv=video:2+audio:1';
const CLIPS_ERROR = 'use -1 or a whole number from 1 to 100';
const LIMIT_ERROR = 'use -1 or a whole number from 1 to 10000';
const LANGUAGES_ERROR = 'use a list of 1 to 8 languages such as ["eng", "deu"]';

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** All settings with type, range, default and description, in the order in which they are shown. */
export const settingsSchema = {
  'clips.seconds': wholeNumber(5, 300)
    .default(30)
    .describe(
      'Target length of a clip in seconds. Edges move to a nearby cut. Changing this describes all videos again.',
    ),
  'screenText.enabled': trueOrFalse()
    .default(true)
    .describe('Read text on screen: slides, terminals, captions.'),
  'screenText.languages': z
    .array(z.string().regex(/^[A-Za-z_]{2,20}$/, 'use codes such as eng or chi_sim'), LANGUAGES_ERROR)
    .min(1, LANGUAGES_ERROR)
    .max(8, LANGUAGES_ERROR)
    .default(['eng'])
    .describe('Languages of text on screen, as Tesseract codes: eng, deu, chi_sim, jpn, ...'),
  'media.backend': createChoiceSchema(['auto', 'node-av', 'ffmpeg'])
    .default('auto')
    .describe(
      'How media files are read: node-av (in a child process), ffmpeg (the command), or auto (whichever is available).',
    ),
  'media.ffmpegPath': z
    .string()
    .max(4096)
    .default('')
    .describe(
      'Path of the ffmpeg command. Empty: ffmpeg from PATH, otherwise ffmpeg-static. ffprobe is looked for beside it, then on PATH.',
    ),
  'media.tracks': z
    .array(
      z.string().refine((text) => parseTrackRule(text) !== undefined, TRACKS_ERROR),
      TRACKS_ERROR,
    )
    .max(1000, TRACKS_ERROR)
    .default([])
    .describe(
      'Tracks to read instead of those that players choose, one entry for each video: the end of its path and the ' +
        'tracks, counted from 1 in the order of "goldfish show", such as talk.mkv=audio:2 or talk.mkv=video:2+audio:1. ' +
        'Empty: as players choose; a silent track, or one without a voice, gives way to the next.',
    ),
  'work.cpuShare': wholeNumber(5, 100)
    .default(50)
    .describe('Share of the CPU that indexing may use, in percent.'),
  'work.pauseOnBattery': trueOrFalse()
    .default(true)
    .describe('Pause background indexing while on battery power.'),
  'work.quietHours': z
    .string()
    .regex(
      /^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$/,
      'use a range such as 22:00-07:00, or leave it empty',
    )
    .default('')
    .describe('Daily period without background indexing, in local time, such as 22:00-07:00. Empty: none.'),
  'work.queue': z
    .string()
    .max(4096)
    .refine((text) => text === '' || /^(?:rediss?|postgres(?:ql)?):\/\/[^/]/.test(text), {
      error: 'use an address such as redis://host:6379/0 or postgres://user@host/database, or leave it empty',
    })
    .default('')
    .describe(
      'Queue of workers on other hosts: the address of a Redis or PostgreSQL server that you run. Each library needs a ' +
        'queue of its own. Whoever can reach it can change the index. Takes effect at the next start. Empty: the ' +
        'environment variable GOLDFISH_QUEUE, otherwise none.',
    ),
  'work.where': createChoiceSchema(['here', 'workers', 'both'])
    .default('both')
    .describe(
      'Where videos are described if work.queue is set: here (the daemon only), workers (the daemon only while no ' +
        'worker serves), or both.',
    ),
  'work.lostSeconds': wholeNumber(2, 3600)
    .default(30)
    .describe(
      'Seconds of silence after which a worker counts as lost and its work goes to others. Takes effect at the next ' +
        'start, of workers too.',
    ),
  'work.listen': z
    .string()
    .max(300)
    .regex(/^(?:$|\[[0-9a-fA-F:]+\]:\d{1,5}$|[A-Za-z0-9.-]+:\d{1,5}$)/, 'use HOST:PORT, or leave it empty')
    .default('')
    .describe(
      'HOST:PORT at which the daemon serves media to workers that cannot reach the files, only with the token of ' +
        '"goldfish workers --token". Takes effect at the next start. Empty: workers need the folders.',
    ),
  'index.location': z
    .string()
    .max(1024)
    .refine((text) => text === '' || parseIndexLocation(text) !== undefined, {
      error:
        'use s3://bucket/prefix, az://container/prefix, gs://bucket/prefix, an absolute path, or leave it empty',
    })
    .default('')
    .describe(
      'Where the index is: s3://bucket/prefix, az://container/prefix, gs://bucket/prefix, or an absolute path. Keys come ' +
        'from the environment. Takes effect at the next start. Empty: the data folder.',
    ),
  'index.options': z
    .array(z.string().regex(STORAGE_OPTION, OPTIONS_ERROR), OPTIONS_ERROR)
    .max(10, OPTIONS_ERROR)
    .default([])
    .describe(
      'Options of the object storage in index.location: endpoint=https://host:port, region=NAME, account=NAME (Azure), ' +
        'allow_http=true. They win over the environment. Takes effect at the next start.',
    ),
  'index.readOnly': trueOrFalse()
    .default(false)
    .describe(
      'Search and ask an index on object storage that the daemon of another host owns, and never change it. Takes effect ' +
        'at the next start.',
    ),
  'index.leaseSeconds': wholeNumber(3, 600)
    .default(30)
    .describe(
      'Seconds of silence after which the daemon of another host may take over an index on object storage. Takes effect ' +
        'at the next start.',
    ),
  'models.captioner': remoteOrLocalModel
    .default('')
    .describe(
      'Model that describes what is seen: a hub model id, a local model folder, or an OpenAI-compatible endpoint as ' +
        'http://host/v1#model, which then receives frames and speech. Empty: the default model, if downloaded. ' +
        'none: no captions.',
    ),
  'models.transcriber': remoteOrLocalModel
    .default('')
    .describe(
      'Model that transcribes speech in videos without subtitles: a hub model id, a local model folder, or an ' +
        'OpenAI-compatible endpoint as http://host/v1#model, which then receives the audio. Empty: the default ' +
        'model, if downloaded. none: no transcripts.',
    ),
  'models.transcribeAll': trueOrFalse()
    .default(false)
    .describe('Also transcribe videos that have subtitles.'),
  'models.voiceDetector': folderModel
    .default('')
    .describe(
      'Model that decides which sound is transcribed: the folder of a Silero VAD model. Empty: the one that comes ' +
        'with Goldfish. none: the levels of the sound decide, which also lets music and noise through.',
    ),
  'models.diariser': localModel
    .default('')
    .describe(
      'Model that tells voices apart: a folder with a graph that describes voices (GE2E, WeSpeaker or CAM++) and, better, ' +
        'one of pyannote-segmentation; or a hub model id. Empty: none, so that no voice prints are made.',
    ),
  'models.reader': localModel
    .default('')
    .describe(
      'Model that reads text on screen: a hub model id or a folder with a PP-OCR detector and recogniser. Empty: the ' +
        'default model, if downloaded, otherwise the small one that comes with Goldfish. none: Tesseract alone.',
    ),
  'models.textEmbedder': remoteOrLocalModel
    .default('')
    .describe(
      'Model for searching by meaning: a hub model id, a local model folder, or an OpenAI-compatible endpoint as ' +
        'http://host/v1#model, which then receives questions, captions, speech and text on screen. Empty: the ' +
        'default model, if downloaded. none: search by words only.',
    ),
  'models.frameEmbedder': localModel
    .default('')
    .describe(
      'Model for finding pictures by words or by other pictures (CLIP or SigLIP): a hub model id or a local model ' +
        'folder. Empty: the default model, if downloaded. none: pictures are found only by their captions.',
    ),
  'models.reranker': remoteOrLocalModel
    .default('')
    .describe(
      'Model that reorders the best results by how well they match the question: a hub model id, a local model ' +
        'folder, or an endpoint with /rerank as http://host/v1#model, which then receives questions and the ' +
        'passages found. Empty: the default model, if downloaded. none: no reranking.',
    ),
  'models.answerer': answerer
    .default('')
    .describe(
      'Model that writes answers from the clips found: a hub model id, a local model folder, an OpenAI-compatible ' +
        'endpoint as http://host/v1#model, editor (the language model of the editor that asks, such as VS Code’s), ' +
        'or captioner (the model that writes captions). An endpoint or editor receives the question, earlier ' +
        'questions, and the text of those clips or of all clips of the videos in question. Empty: the default ' +
        'model, if downloaded. none: answers are quotes.',
    ),
  'models.captionLanguage': z
    .string()
    .refine(isLanguage, 'use a language tag such as en or pt-BR')
    .default('en')
    .describe('Language of captions, such as en or de. Changing this captions all videos again.'),
  'models.frames': wholeNumber(0, 64)
    .default(0)
    .describe(
      'Number of frames of each clip that the captioner sees. More frames take longer. 0: the best number for the model.',
    ),
  'models.device': createChoiceSchema(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'])
    .default('auto')
    .describe(
      'Device that models run on. auto: the first accelerator that passes its self-test, otherwise the CPU.',
    ),
  'models.idleMinutes': decimalNumber(0.1, 1440)
    .default(5)
    .describe('Minutes after which an idle model is unloaded to free its memory.'),
  'models.keyVariable': z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'use the name of an environment variable')
    .default('GOLDFISH_API_KEY')
    .describe('Environment variable with the API key for OpenAI-compatible endpoints.'),
  'models.firstPull': createChoiceSchema(['ask', 'always', 'never'])
    .default('ask')
    .describe(
      'Whether "start" and "index" download missing default models: ask (once, in a terminal), always, or never.',
    ),
  'models.exams': createChoiceSchema(['follow', 'ignore'])
    .default('follow')
    .describe(
      'What the exam of a model means: follow (a model that makes answers or hits worse is not used), or ignore. A ' +
        'model takes its exam when "goldfish models use" chooses it, and by "goldfish models exam".',
    ),
  'models.speechLanguage': z
    .string()
    .refine((tag) => tag === '' || isLanguage(tag), 'use a language tag such as en, or leave it empty')
    .default('')
    .describe(
      'Language that is spoken in videos without subtitles, such as en or de. Empty: the transcriber detects it. Some ' +
        'hosts take everything for English then. Changing this transcribes all such videos again.',
    ),
  'models.offline': trueOrFalse().default(false).describe('Never connect to the model hub.'),
  'ask.clips': z
    .int(CLIPS_ERROR)
    .min(-1, CLIPS_ERROR)
    .max(100, CLIPS_ERROR)
    .refine((clips) => clips !== 0, CLIPS_ERROR)
    .default(3)
    .describe('Number of clips that an answer is based on. -1: all clips found.'),
  'ask.wholeMinutes': decimalNumber(0, 30)
    .default(3)
    .describe(
      'For a question about a single video of at most this many minutes, the captioner looks at the whole video ' +
        'again. 0: never; answers then come from the index.',
    ),
  'search.log': trueOrFalse()
    .default(false)
    .describe(
      'Keep, in searches.jsonl in the data folder, which hit you opened after which search or question. Nothing is sent ' +
        'anywhere; "goldfish train searches" makes a data set of it for your own search models.',
    ),
  'add.folder': z
    .string()
    .max(4096)
    .default('')
    .describe('Folder that downloads are saved in, as an absolute path. Empty: the first watched folder.'),
  'add.limit': z
    .int(LIMIT_ERROR)
    .min(-1, LIMIT_ERROR)
    .max(10_000, LIMIT_ERROR)
    .refine((count) => count !== 0, LIMIT_ERROR)
    .default(20)
    .describe(
      'Number of items that are downloaded of a playlist, channel or feed, from its beginning. -1: all.',
    ),
  'add.maxHeight': wholeNumber(144, 8640)
    .default(1080)
    .describe('Maximum height of downloaded pictures in px, where a site offers several.'),
  'add.names': createChoiceSchema(['title', 'date'])
    .default('title')
    .describe('Names of downloaded files: the title, or the date and then the title.'),
  'page.network': trueOrFalse()
    .default(false)
    .describe(
      'Let phones and tablets in this network open the page, with an address that holds a secret, and read only. The ' +
        'connection is not encrypted: use it in networks that you trust.',
    ),
  'serve.audit': trueOrFalse()
    .default(true)
    .describe(
      'Record in logs/audit.log of the data folder what users over the network ask (goldfish serve --listen).',
    ),
  'log.level': createChoiceSchema(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('Lowest severity that is logged.'),
  'log.megabytes': wholeNumber(1, 1000)
    .default(5)
    .describe('Size at which the log is rotated, in MB. Takes effect at the next start.'),
  'log.files': wholeNumber(1, 100)
    .default(3)
    .describe('Number of rotated logs to keep. Takes effect at the next start.'),
} satisfies { readonly [K in keyof Settings]: z.ZodType<Settings[K], Settings[K] | undefined> };

export type SettingKey = keyof Settings;

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingsSchema, key);
}

export const settingKeys = Object.keys(settingsSchema) as readonly SettingKey[];

/** Returns a message about a rejected value: the setting's name and the accepted values. */
export function formatSettingProblem(key: string, error: z.ZodError): string {
  return `${key}: ${error.issues[0]?.message ?? 'invalid value'}`;
}

/**
 * Completes the contents of a settings file. Missing values get the default. Invalid values get it too, and
 * are reported in `problems`.
 */
export function completeSettings(storedSettings: Readonly<Record<string, unknown>>): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const entries = settingKeys.map((key) => {
    const type: z.ZodType = settingsSchema[key];
    const parsedValue = type.safeParse(storedSettings[key]);
    if (parsedValue.success) return [key, parsedValue.data] as const;
    problems.push(`In settings.json, ${formatSettingProblem(key, parsedValue.error)}. The default is used.`);
    return [key, type.parse(undefined)] as const;
  });
  for (const key of Object.keys(storedSettings))
    if (!isSettingKey(key))
      problems.push(`settings.json has an unknown setting, "${key}". It has no effect.`);
  return { settings: Object.fromEntries(entries) as unknown as Settings, problems };
}
