import type { Client } from '../daemon/connect.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Picture } from '../ports/decoder.ts';
import type { JudgeModel } from '../ports/judge-model.ts';
import type { WritePictureSequence } from '../ports/picture-sequence-writer.ts';

/** What an evaluation needs from outside: a daemon to ask, and media to prepare. */
export interface EvaluationTools {
  /** Connects to the daemon of a data folder, and starts it if none runs. It ends with this process. */
  readonly connect: (dataDir: string) => Promise<Client>;
  readonly writePictureSequence: WritePictureSequence;
  readonly readPicture: (path: string) => Promise<Picture>;
  readonly writeJpeg: (picture: Picture, path: string) => Promise<void>;
  /** Absolute folder of a tiny model that comes with Goldfish. */
  readonly tinyModelFolder: (name: string) => string;
  /** Creates the judge of a setting. Throws EvaluationError for one that is unknown or not downloaded. */
  readonly createJudge: (setting: string) => JudgeModel;
  /** Creates the answerer of a setting, to be asked without evidence. Throws like `createJudge`. */
  readonly createAnswerer: (setting: string) => Answerer;
  /** Name of the build, which predictions depend on. */
  readonly build: string;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}
