/** Version of the wire contract. It changes only when a client of the old one would break. */
export const PROTOCOL_VERSION = 1;

/**
 * The code of each error of ours; `data.kind` says the same in a word. A parameter of a wrong type or outside its range
 * is JSON-RPC's -32602 with the kind `invalid`. A cancelled request is LSP's -32800, without data.
 */
export const ErrorCodes = {
  notFound: -32011,
  invalid: -32012,
  badMedia: -32013,
  index: -32014,
  version: -32015,
  unavailable: -32016,
  ending: -32017,
  missingProgram: -32018,
  internal: -32603,
} as const;

/** Why a daemon ends, as `data.reason` of the kind `ending`. */
export const END_REASONS = ['stopped', 'replaced', 'failed'] as const;
export type EndReason = (typeof END_REASONS)[number];

export type ErrorKind = keyof typeof ErrorCodes;

export const ERROR_KINDS = Object.keys(ErrorCodes) as readonly ErrorKind[];

/** What each kind of error means to a client. */
export const ERROR_MEANINGS: { readonly [Kind in ErrorKind]: string } = {
  notFound: 'The file, folder, clip or video is not known.',
  invalid: 'The parameters have the right form but cannot be met.',
  badMedia: 'The file exists but cannot be read as media.',
  index: 'The index is damaged, was written by a newer build, or cannot be written.',
  version: 'The client speaks an older protocol than the daemon. Update the client.',
  unavailable: 'A model or service that the request needs is missing.',
  ending: 'The daemon is stopping; `data.reason` says why. It has stopped once it has closed the connection.',
  missingProgram: "A program of the user's that the request needs is not installed, such as yt-dlp.",
  internal: 'A defect in Goldfish. The log has the details.',
};
