/** A child crashed, hung or did not start, and trying again did not help. */
export class ChildError extends Error {
  readonly kind: 'crashed' | 'hung' | 'start';
  constructor(kind: ChildError['kind'], message: string) {
    super(message);
    this.name = 'ChildError';
    this.kind = kind;
  }
}
