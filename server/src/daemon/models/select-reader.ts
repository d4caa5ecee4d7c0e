import { createTesseractReader } from '../../adapters/tesseract/reader.ts';
import { findReaderWeights } from '../../adapters/transformers/bundled-weights.ts';
import { createOnnxTextReader, type TextReader } from '../../adapters/transformers/text-reader.ts';
import { defaultModel } from '../../core/models/manifest.ts';
import type { SelectedModel } from './model-slot.ts';
import { parseRoleSetting, type SelectionInputs, selectModel } from './select-model.ts';

/** Text on screen is always read: without a model, by Tesseract. */
export interface SelectedReader extends SelectedModel<TextReader> {
  readonly create: () => TextReader;
}

export function selectReader(inputs: SelectionInputs, onTrouble: (message: string) => void): SelectedReader {
  const role = 'reader';
  const createFallback = () => createTesseractReader({ onTrouble });
  const selected = selectModel<TextReader>(
    {
      role,
      fallbackName: 'tesseract.js',
      local: ({ id, revision }, localHost) => {
        const host = { ...localHost, devices: ['cpu'] };
        const name = `${id}@${revision}`;
        return {
          create: () => createOnnxTextReader({ name, bundled: false, host, fallback: createFallback() }),
        };
      },
    },
    inputs,
  );
  if (selected.create) return { ...selected, create: selected.create };
  const isDefault = parseRoleSetting(inputs.settings, role).kind === 'default';
  const weights = isDefault ? findReaderWeights() : undefined;
  if (!weights) {
    const why = isDefault ? 'the package with PP-OCR’s weights is not installed' : selected.why;
    return { ...selected, why, create: createFallback };
  }
  const host = { ...inputs.host(weights.folder), devices: ['cpu'] };
  const { name } = weights;
  const hasBetter = defaultModel(inputs.manifest, role) !== undefined;
  return {
    role,
    inUse: `${name}, tesseract.js for crowded pictures`,
    why: hasBetter ? `comes with Goldfish; ${selected.why}` : 'comes with Goldfish',
    key: JSON.stringify([weights, host.threads, host.idleMs]),
    create: () => createOnnxTextReader({ name, bundled: true, host, fallback: createFallback() }),
  };
}
