// An embedder with real weights in this process, whose vectors are kept in a folder: texts of a benchmark are embedded once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '../../server/src/adapters/transformers/load-model.ts';
import {
  embedLoadedTexts,
  TEXT_EMBEDDER_LOADER,
} from '../../server/src/adapters/transformers/sentence-embedding.ts';

const never = new AbortController().signal;
/** Texts per call, of about the same length: shorter ones are padded to the longest. */
const BATCH_TEXTS = 160;

/** Opens the text embedder of a model folder. `save` writes the vectors for the next run. */
export function openCachedEmbedder(modelFolder, cacheFolder) {
  mkdirSync(cacheFolder, { recursive: true });
  const [textFile, vectorFile] = ['texts.json', 'vectors.bin'].map((name) => join(cacheFolder, name));
  const vectors = readVectors(textFile, vectorFile);
  let loaded;
  const embedMissing = async (texts, purpose) => {
    const missing = [...new Set(texts)].filter((text) => !vectors.has(text));
    missing.sort((a, b) => a.length - b.length);
    for (let from = 0; from < missing.length; from += BATCH_TEXTS) {
      const place = { folder: modelFolder, id: 'bench', devices: ['cpu'], threads: 1, avoid: {} };
      loaded ??= await loadModel(TEXT_EMBEDDER_LOADER, place, () => undefined);
      const batch = missing.slice(from, from + BATCH_TEXTS);
      const embedded = await embedLoadedTexts(loaded, batch, purpose, () => undefined, never);
      for (const [i, text] of batch.entries()) vectors.set(text, embedded[i]);
    }
  };
  return {
    embedder: {
      name: 'bench',
      revision: '1',
      batch: BATCH_TEXTS,
      loaded: undefined,
      async embed(texts, purpose) {
        await embedMissing(texts, purpose);
        return texts.map((text) => vectors.get(text));
      },
    },
    save() {
      writeFileSync(textFile, JSON.stringify([...vectors.keys()]));
      writeFileSync(
        vectorFile,
        Buffer.concat(
          [...vectors.values()].map(({ buffer, byteOffset, byteLength }) =>
            Buffer.from(buffer, byteOffset, byteLength),
          ),
        ),
      );
    },
  };
}

function readVectors(textFile, vectorFile) {
  if (!existsSync(textFile) || !existsSync(vectorFile)) return new Map();
  const texts = JSON.parse(readFileSync(textFile, 'utf8'));
  const bytes = readFileSync(vectorFile);
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const dimension = texts.length === 0 ? 0 : all.length / texts.length;
  return new Map(texts.map((text, i) => [text, all.subarray(i * dimension, (i + 1) * dimension)]));
}
