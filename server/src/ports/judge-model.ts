/** One message of a judge's prompt. */
export interface JudgeMessage {
  readonly role: 'system' | 'user';
  readonly text: string;
}

/** What a judge model replied. */
export interface JudgeReply {
  readonly text: string;
  /** Model that the host says has answered; absent if it does not say. */
  readonly model?: string;
  /** Tokens that the host counted; absent if it does not. */
  readonly tokensIn?: number;
  readonly tokensOut?: number;
}

/** A language model that judges answers. */
export interface JudgeModel {
  readonly name: string;
  /**
   * Rejects with JudgeRefusedError if the host declines this text, with ModelUnavailableError if it does not serve, or
   * with the signal's reason. `seed` varies the reply of hosts that sample.
   */
  reply(messages: readonly JudgeMessage[], seed: number, signal: AbortSignal): Promise<JudgeReply>;
  close(): Promise<void>;
}

/** The judge declines to judge this answer, for instance by a content filter. */
export class JudgeRefusedError extends Error {
  override readonly name = 'JudgeRefusedError';
}
