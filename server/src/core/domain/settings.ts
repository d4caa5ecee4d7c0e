/** Defines the type of every setting. Keys, defaults, ranges and descriptions are in settings/schema.ts. */
export interface Settings {
  /** Length of a clip, in seconds. */
  readonly 'clips.seconds': number;
  /** Reads text on screen (OCR). */
  readonly 'screenText.enabled': boolean;
  /** OCR languages, as tesseract codes. */
  readonly 'screenText.languages': readonly string[];
  /** Media backend; `auto` prefers node-av and falls back to ffmpeg. */
  readonly 'media.backend': 'auto' | 'node-av' | 'ffmpeg';
  /** Path of an ffmpeg; empty selects the one on PATH, then ffmpeg-static. */
  readonly 'media.ffmpegPath': string;
  /** Tracks to read instead of those that players choose; see core/media/track-selection.ts. */
  readonly 'media.tracks': readonly string[];
  /** Share of the processors that indexing may use, in percent. */
  readonly 'work.cpuShare': number;
  readonly 'work.pauseOnBattery': boolean;
  /** Local time range without background indexing, e.g. `22:00-07:00`; empty means none. */
  readonly 'work.quietHours': string;
  /** Address of the queue of workers on other hosts; empty means none. */
  readonly 'work.queue': string;
  /** Tells where videos are described if there is a queue. */
  readonly 'work.where': 'here' | 'workers' | 'both';
  /** Silence after which a worker counts as lost, in seconds. */
  readonly 'work.lostSeconds': number;
  /** Host and port at which media is served to workers; empty means not at all. */
  readonly 'work.listen': string;
  /** Object storage or folder of the index; empty means the data folder. See core/domain/index-location.ts. */
  readonly 'index.location': string;
  /** Endpoint, region, ... of the object storage, as `name=value`. */
  readonly 'index.options': readonly string[];
  /** Searches an index that another daemon owns, and never writes it. */
  readonly 'index.readOnly': boolean;
  /** Silence after which another daemon may take the index over, in seconds. */
  readonly 'index.leaseSeconds': number;
  /** Model that writes captions; see core/models/model-setting.ts. */
  readonly 'models.captioner': string;
  /** Model that transcribes speech; see core/models/model-setting.ts. */
  readonly 'models.transcriber': string;
  /** Transcribes videos even if they have subtitles. */
  readonly 'models.transcribeAll': boolean;
  /** Models that embed text, embed pictures and rerank hits; see core/models/model-setting.ts. */
  readonly 'models.textEmbedder': string;
  readonly 'models.frameEmbedder': string;
  readonly 'models.voiceDetector': string;
  readonly 'models.diariser': string;
  readonly 'models.reader': string;
  readonly 'models.reranker': string;
  /** Model that writes answers; `captioner` reuses the caption model. See core/models/model-setting.ts. */
  readonly 'models.answerer': string;
  /** Language of captions, BCP 47. */
  readonly 'models.captionLanguage': string;
  /** Number of frames per clip sent to the captioner; 0 uses the model's default. */
  readonly 'models.frames': number;
  /** Device that models run on; `auto` tries accelerators first. */
  readonly 'models.device': 'auto' | 'cpu' | 'cuda' | 'webgpu' | 'dml' | 'coreml';
  /** Minutes without use after which a model is unloaded. */
  readonly 'models.idleMinutes': number;
  /** Name of the environment variable that contains the API key for endpoints. */
  readonly 'models.keyVariable': string;
  /** Tells whether the first run on a user's own folder downloads the default models. */
  readonly 'models.firstPull': 'ask' | 'always' | 'never';
  /** Disables all requests to the model hub. */
  readonly 'models.exams': 'follow' | 'ignore';
  readonly 'models.speechLanguage': string;
  readonly 'models.offline': boolean;
  /** Number of clips that `ask` answers from. */
  readonly 'ask.clips': number;
  /** Maximum length, in minutes, of videos shown to the captioner as a whole; 0 disables this. */
  readonly 'ask.wholeMinutes': number;
  /** Whether it is kept, on this machine, which hit was opened after which search. */
  readonly 'search.log': boolean;
  /** Folder that downloads go to, absolute; empty: the first watched folder. */
  readonly 'add.folder': string;
  /** Maximum number of items fetched from a playlist, channel or feed; -1 fetches all. */
  readonly 'add.limit': number;
  /** Maximum height of downloaded pictures, px. */
  readonly 'add.maxHeight': number;
  /** Whether names of downloaded files begin with the title or the date. */
  readonly 'add.names': 'title' | 'date';
  /** Lets other devices in the network open the page, to read only. */
  readonly 'page.network': boolean;
  readonly 'serve.audit': boolean;
  /** Size at which a log file is rotated, in MB, and the number of files kept. */
  readonly 'log.megabytes': number;
  readonly 'log.files': number;
  readonly 'log.level': 'error' | 'warn' | 'info' | 'debug';
}
