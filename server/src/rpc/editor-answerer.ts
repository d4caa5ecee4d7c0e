import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { CancellationTokenSource, type MessageConnection, ProgressType } from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { askDelta } from '../../protocol/ask.ts';
import { type EditorAnswerParams, editorAnswerResult } from '../../protocol/editor.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { LibraryAskRequest } from '../library.ts';

type Answerer = NonNullable<LibraryAskRequest['answerer']>;

/** Limits the words of evidence, so that they fit the smallest editor models along with question and answer. */
const MAX_EVIDENCE_WORDS = 3000;
/** Limits the streamed answer of a client, in characters. */
const MAX_TEXT_CHARS = 100_000;

/** Creates an answerer that uses the language model of the session's editor. It is the daemon's only request. */
export function createEditorAnswerer(connection: MessageConnection, socket: Duplex): Answerer {
  return {
    name: 'the editor’s model',
    words: MAX_EVIDENCE_WORDS,
    sentTo: 'the editor’s language model',
    async answer(messages, onDelta, signal) {
      signal.throwIfAborted();
      const partialResultToken = randomUUID();
      const params: EditorAnswerParams = { messages, partialResultToken };
      let streamedText = '';
      const progressListener = connection.onProgress(
        new ProgressType<unknown>(),
        partialResultToken,
        (value) => {
          const parsedDelta = askDelta.safeParse(value);
          if (!parsedDelta.success || streamedText.length > MAX_TEXT_CHARS) return;
          streamedText += parsedDelta.data.delta;
          onDelta(parsedDelta.data.delta);
        },
      );
      const { token, cancelled, release } = createCancellation(signal, () => socket.writable);
      try {
        const response = connection.sendRequest<unknown>('goldfish/editor/answer', params, token);
        // An editor may never answer a cancelled request.
        const answer = await Promise.race([response, cancelled]);
        const { text } = editorAnswerResult.parse(answer);
        // Emit the rest that the editor did not stream.
        if (text.startsWith(streamedText) && text.length > streamedText.length)
          onDelta(text.slice(streamedText.length));
        return text;
      } catch (error) {
        signal.throwIfAborted();
        const message = error instanceof z.ZodError ? 'The editor sent no text.' : (error as Error).message;
        throw new ModelUnavailableError(
          message,
          'Choose another model in the editor, or change the setting models.answerer.',
          {
            cause: error,
          },
        );
      } finally {
        progressListener.dispose();
        release();
      }
    },
    close: async () => undefined,
  };
}

/** Creates a token that is cancelled with a signal, and a promise that rejects with the signal's reason. */
function createCancellation(signal: AbortSignal, canCancel: () => boolean) {
  const source = new CancellationTokenSource();
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  cancelled.catch(() => undefined);
  const onAbort = () => {
    if (canCancel()) source.cancel();
    reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    token: source.token,
    cancelled,
    release() {
      signal.removeEventListener('abort', onAbort);
      source.dispose();
    },
  };
}
