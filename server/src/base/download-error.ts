/** Signals that nothing, or not all, could be downloaded. */
export class DownloadError extends Error {
  readonly kind: 'invalid' | 'unavailable' | 'missingProgram';
  /** Tells the user what to do, in one sentence. */
  readonly remedy: string;
  constructor(kind: DownloadError['kind'], message: string, remedy: string) {
    super(message);
    this.name = 'DownloadError';
    this.kind = kind;
    this.remedy = remedy;
  }
}
