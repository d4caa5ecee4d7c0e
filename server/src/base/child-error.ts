/** A child crashed, hung or did not start, and a retry did not help or was not allowed. */
export class ChildError extends Error {
  readonly kind: 'crashed' | 'hung' | 'start';
  constructor(kind: ChildError['kind'], message: string) {
    super(message);
    this.name = 'ChildError';
    this.kind = kind;
  }
}
