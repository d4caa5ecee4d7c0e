/** An error in OpenAI's form. `status` is the HTTP status. */
export class OpenAiApiError extends Error {
  override readonly name = 'OpenAiApiError';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** Returns the body of an error response. */
export function toErrorBody({ status, code, message }: OpenAiApiError): object {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return { error: { message, type, param: null, code } };
}
