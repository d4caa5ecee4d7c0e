import { habitsOf, withPassage } from '../../core/embedHabits.ts';
import { UnavailableError } from '../../core/unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { TextEmbedder } from '../../ports/text-embedder.ts';
import { type Endpoint, healthOf, member, PassingError, parsed, post, RefusedError } from './endpoint.ts';

/** Texts in one request; some hosts take no more. */
const BATCH = 64;
/** Characters of a text that are sent; a host may refuse what its model cannot read. */
const LONGEST_TEXT = 6000;
/** When a host refuses a batch as too long, its texts go alone and shorter. */
const SHORT_TEXT = 1500;
const REMEDY = 'Choose another model with `goldfish models use textEmbedder`.';

/** A vector of length 1 from a list of numbers or from base64 of little-endian 32-bit ones. */
function vectorOf(given: unknown): Float32Array {
  const numbers =
    typeof given === 'string' ? floatsOf(given) : Array.isArray(given) ? Float32Array.from(given) : undefined;
  const length = Math.sqrt(numbers?.reduce((sum, value) => sum + value * value, 0) ?? 0);
  if (!numbers || !(length > 0) || !Number.isFinite(length)) {
    throw new PassingError('it sent something that is no vector');
  }
  return numbers.map((value) => value / length);
}

function floatsOf(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(i * 4));
}

/** The vectors of a reply in the order of the texts, whatever its own order is. */
function vectorsOf(body: unknown, count: number): readonly Float32Array[] {
  const data = member(body, 'data');
  if (!Array.isArray(data)) throw new PassingError('it sent something that is no list of embeddings');
  if (data.length !== count) throw new PassingError(`it sent ${data.length} vectors for ${count} texts`);
  const vectors: (Float32Array | undefined)[] = Array.from({ length: count });
  data.forEach((each: unknown, i) => {
    const index = member(each, 'index');
    vectors[typeof index === 'number' ? index : i] = vectorOf(member(each, 'embedding'));
  });
  return vectors.map((vector) => {
    if (!vector) throw new PassingError('it numbered its vectors wrongly');
    if (vector.length !== vectors[0]?.length) throw new PassingError('its vectors differ in length');
    return vector;
  });
}

/**
 * An embedding model behind an OpenAI-compatible host. Questions, captions, speech and screen text leave for that host, each
 * with what the model's family reads before it: hosts put nothing there.
 */
export function openaiTextEmbedder(endpoint: Endpoint): TextEmbedder {
  const habits = habitsOf(endpoint.model);
  const closing = new AbortController();
  let loaded: ModelHealth | undefined;
  /** Numbers in a vector; another number means that the host has another model now. */
  let dimension: number | undefined;
  const ask = async (texts: readonly string[], signal: AbortSignal) => {
    const data = JSON.stringify({ model: endpoint.model, input: texts, encoding_format: 'float' });
    const read = async (response: Response) => vectorsOf(parsed(await response.text()), texts.length);
    const vectors = await post(endpoint, '/embeddings', { type: 'application/json', data }, read, signal);
    const size = vectors[0]?.length;
    dimension ??= size;
    if (size !== dimension) {
      const message = `${endpoint.baseUrl} sent vectors of ${size} numbers where it sent ${dimension} before`;
      throw new UnavailableError(message, 'Set the model again with `goldfish models use textEmbedder`.');
    }
    return vectors;
  };
  const embedSome = async (texts: readonly string[], signal: AbortSignal) => {
    try {
      return await ask(texts, signal);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
    const vectors: Float32Array[] = [];
    for (const text of texts) vectors.push(...(await ask([text.slice(0, SHORT_TEXT)], signal)));
    return vectors;
  };
  const open = (signal: AbortSignal): AbortSignal => {
    if (closing.signal.aborted) throw closing.signal.reason;
    return AbortSignal.any([signal, closing.signal]);
  };
  return {
    name: endpoint.model,
    revision: withPassage('', habits),
    batch: BATCH,
    get loaded() {
      return loaded;
    },
    async embed(texts, purpose, given) {
      const signal = open(given);
      signal.throwIfAborted();
      const vectors: Float32Array[] = [];
      try {
        for (let at = 0; at < texts.length; at += BATCH) {
          const asRead = (text: string) => (habits[purpose] + text).slice(0, LONGEST_TEXT);
          // An empty text is refused by some hosts.
          const some = texts.slice(at, at + BATCH).map((text) => asRead(text) || ' ');
          vectors.push(...(await embedSome(some, signal)));
        }
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        throw new UnavailableError(error.message, REMEDY, { cause: error });
      }
      return vectors;
    },
    async health(signal) {
      loaded = await healthOf(endpoint, open(signal));
      return loaded;
    },
    async close() {
      closing.abort(new UnavailableError('The text embedder is closed.', 'Ask again once the daemon runs.'));
    },
  };
}
