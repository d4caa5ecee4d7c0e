/** Signals that this machine cannot read the media of a task, although its owner can. The media is not at fault. */
export class MediaUnreachableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MediaUnreachableError';
  }
}
