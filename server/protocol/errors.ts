/** Version of the wire contract. It changes only when a client of the old one would break. */
export const PROTOCOL_VERSION = 1;

/**
 * The code of each error of ours; `data.kind` says the same in a word. A parameter of a wrong type or outside its range
 * is JSON-RPC's -32602 with the kind `invalid`. A cancelled request is LSP's -32800, without data.
 */
export const ErrorCodes = {
  /** The file, folder, clip or video is not known. */
  notFound: -32011,
  /** The parameters have the right form but cannot be met: an unreadable date, an unknown setting, ... */
  invalid: -32012,
  /** The file exists but cannot be read as media. */
  badMedia: -32013,
  /** The index is damaged, newer than this build, or cannot be written. */
  index: -32014,
  /** This client speaks an older protocol than the daemon and must be updated. */
  version: -32015,
  /** A program, model or service that the request needs is missing. */
  unavailable: -32016,
  /** The daemon is stopping, on request or for a newer build: reconnect once it has closed the connection. */
  ending: -32017,
  /** A defect of ours; the log has more. */
  internal: -32603,
} as const;

export type ErrorKind = keyof typeof ErrorCodes;

export const ERROR_KINDS = Object.keys(ErrorCodes) as readonly ErrorKind[];
