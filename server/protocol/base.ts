/** Version of the wire contract. It changes only when a client of the old one would break. */
export const PROTOCOL_VERSION = 1;

/**
 * Integer milliseconds from the start of the video.
 * @asType integer
 */
export type Ms = number;

/** A canonical `file:` URI: percent-encoded bytes of the path, so that names that are not UTF-8 survive. */
export type Uri = string;

/** A half-open range of a Video: `startMs` is inside, `endMs` is not. */
export interface TimeRange {
  readonly startMs: Ms;
  readonly endMs: Ms;
}

/**
 * What a piece of evidence was taken from. `facts` are measured; `title` is a name, container tag or chapter; `tag` is
 * what a person put there; `frame` is a picture that was found by its looks, without words.
 */
export type EvidenceKind =
  | 'speech'
  | 'description'
  | 'screenText'
  | 'caption'
  | 'facts'
  | 'title'
  | 'tag'
  | 'frame';

/** Where to look. Empty or absent members do not narrow anything. */
export interface Scope {
  /** Folders or videos; a folder stands for all below it. */
  readonly uris?: readonly Uri[];
  /** ISO 8601 date or date-time, inclusive. */
  readonly recordedFrom?: string;
  /** ISO 8601 date or date-time; a bare date means its whole day. */
  readonly recordedTo?: string;
  readonly kinds?: readonly EvidenceKind[];
}

/** LSP's `workDoneToken` and `partialResultToken`; progress comes as `$/progress`. */
export interface Tokens {
  readonly workDoneToken?: number | string;
  readonly partialResultToken?: number | string;
}

/** Who a client or daemon is; `serverInfo` of the reply to `initialize` carries it (as `version` and `goldfish`). */
export interface Identity {
  readonly protocol: number;
  readonly build: string;
}

/** What a client may say of itself in `initializationOptions.goldfish`. */
export interface ClientOptions extends Identity {
  /** It serves `goldfish/editor/answer` with a language model of its own. */
  readonly answers?: boolean;
}

/**
 * Every error of ours has one of these codes; `data.kind` says the same in a word. A parameter of a wrong type or
 * outside its range is JSON-RPC's -32602 with the kind `invalid`; a cancelled request is LSP's -32800 without data.
 */
export const ErrorCodes = {
  /** The file, folder, clip or video named is not known. */
  notFound: -32011,
  /** The parameters have the right form and cannot be met: an unreadable date, an unknown setting, ... */
  invalid: -32012,
  /** The file is there and cannot be read as media. */
  badMedia: -32013,
  /** The index is damaged, newer than this build, or cannot be written. */
  index: -32014,
  /** This client speaks an older protocol than the daemon: it must be updated. */
  version: -32015,
  /** A program, model or service that the request needs is missing. */
  unavailable: -32016,
  /** The daemon ends, asked to or for a newer build: connect again once it has closed the connection. */
  ending: -32017,
  /** A defect of ours; the log has more. */
  internal: -32603,
} as const;

export type ErrorKind = keyof typeof ErrorCodes;

/** `data` of every error of ours. `remedy` is a sentence that says what to do. */
export interface ErrorData {
  readonly kind: ErrorKind;
  readonly uri?: Uri;
  readonly remedy: string;
}
