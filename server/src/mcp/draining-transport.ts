import { Transform } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

/** Time that requests get after the agent has closed its end, ms. It still reads their answers. */
const DRAIN_TIMEOUT_MS = 60_000;

/** Serves an agent on stdio. The SDK's own transport drops what is not answered when the input ends. */
export interface DrainingTransport {
  readonly transport: StdioServerTransport;
  /** Resolves when the input has ended and every request is answered, or when nobody reads the answers. */
  readonly drained: Promise<void>;
}

/** Passes bytes on, and ends the last line if the agent did not. */
function createLineEnder(): Transform {
  let lastByte: number | undefined;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      lastByte = chunk.at(-1) ?? lastByte;
      done(null, chunk);
    },
    flush(done) {
      done(null, lastByte === undefined || lastByte === 0x0a ? undefined : '\n');
    },
  });
}

function idOf(message: JSONRPCMessage): RequestId | undefined {
  return 'id' in message ? message.id : undefined;
}

/** Returns the id of the request that a message cancels. A cancelled request is not answered. */
function cancelledIdOf(message: JSONRPCMessage): unknown {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  return message.params?.requestId;
}

export function createDrainingTransport(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): DrainingTransport {
  const { promise: drained, resolve } = Promise.withResolvers<void>();
  const pendingIds = new Set<unknown>();
  let hasEnded = false;
  const resolveIfDone = () => {
    if (hasEnded && pendingIds.size === 0) resolve();
  };
  const lines = input.pipe(createLineEnder());
  const transport = new StdioServerTransport(lines, output as NodeJS.WriteStream);
  // The server keeps this listener and calls it before its own.
  transport.onmessage = (message) => {
    const id = idOf(message);
    if ('method' in message && id !== undefined) pendingIds.add(id);
    if (pendingIds.delete(cancelledIdOf(message))) resolveIfDone();
  };
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    await send(message);
    if (!('method' in message) && pendingIds.delete(idOf(message))) resolveIfDone();
  };
  const onEnd = () => {
    hasEnded = true;
    setTimeout(resolve, DRAIN_TIMEOUT_MS).unref();
    resolveIfDone();
  };
  lines.once('end', onEnd);
  // A pipe that breaks closes without an end.
  input.once('close', () => lines.end());
  output.on('error', () => resolve());
  return { transport, drained };
}
