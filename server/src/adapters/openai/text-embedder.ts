import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { findEmbedderPreset, toEmbedderRevision } from '../../core/models/embedder-presets.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { TextEmbedder } from '../../ports/text-embedder.ts';
import {
  checkHealth,
  type OpenAiEndpoint,
  parseReply,
  postToHost,
  RequestRefusedError,
  readMember,
  TransientHostError,
} from './endpoint.ts';

/** Maximum number of texts in a request; some servers accept no more. */
const BATCH_TEXTS = 64;
/** Maximum number of characters sent of a text. A server may refuse a text too long for its model. */
const MAX_TEXT_CHARS = 6000;
/** Maximum number of characters when a server refused a batch; its texts are then sent one by one. */
const MAX_RETRIED_TEXT_CHARS = 1500;
const CHOOSE_MODEL_REMEDY = 'Choose another model with `goldfish models use textEmbedder`.';

/** Returns a vector of length 1, from a list of numbers or from base64 of little-endian 32-bit floats. */
function parseVector(encodedVector: unknown): Float32Array {
  const numbers =
    typeof encodedVector === 'string'
      ? decodeFloats(encodedVector)
      : Array.isArray(encodedVector)
        ? Float32Array.from(encodedVector)
        : undefined;
  const length = Math.sqrt(numbers?.reduce((sum, value) => sum + value * value, 0) ?? 0);
  if (!numbers || !(length > 0) || !Number.isFinite(length)) {
    throw new TransientHostError('it did not send a vector');
  }
  return numbers.map((value) => value / length);
}

function decodeFloats(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(i * 4));
}

/** Returns the vectors of a reply in the order of the texts. */
function parseVectors(body: unknown, count: number): readonly Float32Array[] {
  const data = readMember(body, 'data');
  if (!Array.isArray(data)) throw new TransientHostError('it did not send a list of embeddings');
  if (data.length !== count)
    throw new TransientHostError(`it sent ${data.length} vectors for ${count} texts`);
  const vectors: (Float32Array | undefined)[] = Array.from({ length: count });
  data.forEach((row: unknown, i) => {
    const index = readMember(row, 'index');
    vectors[typeof index === 'number' ? index : i] = parseVector(readMember(row, 'embedding'));
  });
  return vectors.map((vector) => {
    if (!vector) throw new TransientHostError('it numbered its vectors incorrectly');
    if (vector.length !== vectors[0]?.length) throw new TransientHostError('its vectors differ in length');
    return vector;
  });
}

/**
 * Creates a text embedder on an OpenAI-compatible server. Questions, captions, speech and text on screen are
 * sent there. Each text gets the prefix of the model's family, because servers add none.
 */
export function createOpenAiTextEmbedder(endpoint: OpenAiEndpoint): TextEmbedder {
  const preset = findEmbedderPreset(endpoint.model);
  const closeController = new AbortController();
  let loadedHealth: ModelHealth | undefined;
  /** Length of a vector. Another length means that the server now runs another model. */
  let dimension: number | undefined;
  const requestVectors = async (texts: readonly string[], signal: AbortSignal) => {
    const data = JSON.stringify({ model: endpoint.model, input: texts, encoding_format: 'float' });
    const readVectors = async (response: Response) =>
      parseVectors(parseReply(await response.text()), texts.length);
    const vectors = await postToHost(
      endpoint,
      '/embeddings',
      { type: 'application/json', data },
      readVectors,
      signal,
    );
    const size = vectors[0]?.length;
    dimension ??= size;
    if (size !== dimension) {
      const message = `${endpoint.baseUrl} sent vectors of ${size} numbers; before, it sent ${dimension}`;
      throw new ModelUnavailableError(
        message,
        'Set the model again with `goldfish models use textEmbedder`.',
      );
    }
    return vectors;
  };
  const embedBatch = async (texts: readonly string[], signal: AbortSignal) => {
    try {
      return await requestVectors(texts, signal);
    } catch (error) {
      if (!(error instanceof RequestRefusedError)) throw error;
    }
    const vectors: Float32Array[] = [];
    for (const text of texts)
      vectors.push(...(await requestVectors([text.slice(0, MAX_RETRIED_TEXT_CHARS)], signal)));
    return vectors;
  };
  const withCloseSignal = (signal: AbortSignal): AbortSignal => {
    if (closeController.signal.aborted) throw closeController.signal.reason;
    return AbortSignal.any([signal, closeController.signal]);
  };
  return {
    name: endpoint.model,
    revision: toEmbedderRevision('', { passage: preset.passage }),
    batch: BATCH_TEXTS,
    get loaded() {
      return loadedHealth;
    },
    async embed(texts, purpose, callerSignal) {
      const signal = withCloseSignal(callerSignal);
      signal.throwIfAborted();
      const vectors: Float32Array[] = [];
      try {
        for (let start = 0; start < texts.length; start += BATCH_TEXTS) {
          const toModelInput = (text: string) => (preset[purpose] + text).slice(0, MAX_TEXT_CHARS);
          // Some servers refuse an empty text.
          const batchTexts = texts.slice(start, start + BATCH_TEXTS).map((text) => toModelInput(text) || ' ');
          vectors.push(...(await embedBatch(batchTexts, signal)));
        }
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        throw new ModelUnavailableError(error.message, CHOOSE_MODEL_REMEDY, { cause: error });
      }
      return vectors;
    },
    async health(signal) {
      loadedHealth = await checkHealth(endpoint, withCloseSignal(signal));
      return loadedHealth;
    },
    async close() {
      closeController.abort(
        new ModelUnavailableError(
          'The text embedder has been closed.',
          'Try again when the daemon is running.',
        ),
      );
    },
  };
}
