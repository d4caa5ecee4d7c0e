/**
 * Every setting as the rest of the code sees it. Keys, defaults, ranges and texts for people stand in
 * settings/schema.ts alone; this is their shape.
 */
export interface Settings {
  /** Length of a Clip, seconds. */
  readonly 'clips.seconds': number;
  /** Read text off frames. */
  readonly 'screenText.enabled': boolean;
  /** Languages of screen text, as tesseract names them. */
  readonly 'screenText.languages': readonly string[];
  /** What reads media: `auto` takes node-av, else an ffmpeg. */
  readonly 'media.backend': 'auto' | 'node-av' | 'ffmpeg';
  /** An ffmpeg to use; empty: ffmpeg-static where present, else PATH. */
  readonly 'media.ffmpegPath': string;
  /** Share of the processors that indexing may use, percent. */
  readonly 'work.cpuShare': number;
  readonly 'work.pauseOnBattery': boolean;
  /** `22:00-07:00` local time in which nothing is indexed by itself; empty: none. */
  readonly 'work.quietHours': string;
  /** What writes captions; see core/models/model-setting.ts. */
  readonly 'models.captioner': string;
  /** What writes down what is said; see core/models/model-setting.ts. */
  readonly 'models.transcriber': string;
  /** Transcribe also where there are subtitles. */
  readonly 'models.transcribeAll': boolean;
  /** What turns text into vectors, what pictures and words, what reads hits again; see core/models/model-setting.ts. */
  readonly 'models.textEmbedder': string;
  readonly 'models.frameEmbedder': string;
  readonly 'models.reranker': string;
  /** What writes answers; `captioner`: what writes captions. See core/models/model-setting.ts. */
  readonly 'models.answerer': string;
  /** Language of captions, BCP 47. */
  readonly 'models.captionLanguage': string;
  /** Frames of a clip that a captioner is given; 0: as the model's budget says. */
  readonly 'models.frames': number;
  /** What models run on; `auto` tries the accelerators first. */
  readonly 'models.device': 'auto' | 'cpu' | 'cuda' | 'webgpu' | 'dml' | 'coreml';
  /** Minutes after which an idle model gives its memory back. */
  readonly 'models.idleMinutes': number;
  /** The environment variable with the key for endpoints. */
  readonly 'models.keyVariable': string;
  /** Whether the first run on one's own folder fetches the default models. */
  readonly 'models.firstPull': 'ask' | 'always' | 'never';
  /** Never ask the hub for anything. */
  readonly 'models.offline': boolean;
  /** Clips that `ask` answers from. */
  readonly 'ask.clips': number;
  /** Videos of at most so many minutes are shown to the captioner whole; 0: none. */
  readonly 'ask.wholeMinutes': number;
  /** Text kept of a log before it is rotated, MB, and how many are kept. */
  readonly 'log.megabytes': number;
  readonly 'log.files': number;
  readonly 'log.level': 'error' | 'warn' | 'info' | 'debug';
}
