import type { Line } from '../../core/domain/description.ts';
import type { Passage } from '../../core/domain/passage.ts';
import { digestPassage, type PassageDigest } from '../../core/ranking/passage-digest.ts';
import type { PackedRow, RowCodec } from './row-cache.ts';

/** The lines of a stored passage, as JSON in UTF-8, and their digest. */
interface StoredLines extends PassageDigest {
  readonly bytes: Uint8Array;
}

/**
 * A passage as searches read it, and its digest. It parses its lines when they are first read, because most passages are
 * only ranked. Everything else but the lines is a property of its own, so that copies with other lines are complete.
 */
export class StoredPassage implements Passage, PassageDigest {
  readonly id: string;
  readonly videoId: string;
  readonly uri: string;
  readonly terms: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly #stored: StoredLines;
  #lines: readonly Line[] | undefined;

  /** `stored.bytes` must have been parsed before, so that reading lines finds no damage. */
  constructor(place: Omit<Passage, 'lines'>, stored: StoredLines) {
    this.id = place.id;
    this.videoId = place.videoId;
    this.uri = place.uri;
    this.terms = place.terms;
    this.startMs = place.startMs;
    this.endMs = place.endMs;
    this.#stored = stored;
  }

  get lines(): readonly Line[] {
    this.#lines ??= JSON.parse(Buffer.from(this.lineBytes).toString()) as readonly Line[];
    return this.#lines;
  }

  get lineBytes(): Uint8Array {
    return this.#stored.bytes;
  }

  get text(): string {
    return this.#stored.text;
  }

  get speakers(): readonly string[] {
    return this.#stored.speakers;
  }
}

/** Creates a passage that keeps its lines as they are stored. */
export function toStoredPassage(passage: Passage, bytes: Uint8Array): StoredPassage {
  return new StoredPassage(passage, { ...digestPassage(passage), bytes });
}

/** No name contains it: it is no printable character. */
const NAME_SEPARATOR = '\u0000';
/** Fields of a packed passage, in their order. */
const [ID, VIDEO, URI, TERMS, RANGE, TEXT, SPEAKERS, LINES] = [0, 1, 2, 3, 4, 5, 6, 7];

class PackedLines implements StoredLines {
  readonly #packed: PackedRow;

  constructor(packed: PackedRow) {
    this.#packed = packed;
  }

  get text(): string {
    return this.#packed.text(TEXT);
  }

  get speakers(): readonly string[] {
    const names = this.#packed.text(SPEAKERS);
    return names === '' ? [] : names.split(NAME_SEPARATOR);
  }

  get bytes(): Uint8Array {
    return this.#packed.bytes(LINES);
  }
}

export const PASSAGE_CODEC: RowCodec<StoredPassage> = {
  toFields: ({ id, videoId, uri, terms, startMs, endMs, text, speakers, lineBytes }) => [
    id,
    videoId,
    uri,
    terms,
    `${startMs} ${endMs}`,
    text,
    speakers.join(NAME_SEPARATOR),
    lineBytes,
  ],
  fromFields: (packed) => {
    const [startMs = 0, endMs = 0] = packed.text(RANGE).split(' ').map(Number);
    const place = {
      id: packed.text(ID),
      videoId: packed.text(VIDEO),
      uri: packed.text(URI),
      terms: packed.text(TERMS),
      startMs,
      endMs,
    };
    return new StoredPassage(place, new PackedLines(packed));
  },
};
