import { findVoiceWeights } from '../../adapters/transformers/bundled-weights.ts';
import { createOnnxVoiceDetector } from '../../adapters/transformers/voice-detector.ts';
import type { VoiceDetector } from '../../ports/voice-detector.ts';
import type { SelectedModel } from './model-slot.ts';
import { parseRoleSetting, type SelectionInputs, selectModel } from './select-model.ts';

const FALLBACK_NAME = 'levels of the sound';

export function selectVoiceDetector(inputs: SelectionInputs): SelectedModel<VoiceDetector> {
  const role = 'voiceDetector';
  if (parseRoleSetting(inputs.settings, role).kind !== 'default') {
    return selectModel(
      {
        role,
        fallbackName: FALLBACK_NAME,
        local: ({ id, revision }, host) => ({
          create: () => createOnnxVoiceDetector(`${id}@${revision}`, { ...host, devices: ['cpu'] }),
        }),
      },
      inputs,
    );
  }
  const weights = findVoiceWeights();
  if (!weights) {
    const why = 'the package with its weights is not installed';
    return { role, inUse: FALLBACK_NAME, why, key: 'none', create: undefined };
  }
  const host = { ...inputs.host(weights.folder), devices: ['cpu'] };
  return {
    role,
    inUse: weights.name,
    why: 'comes with Goldfish',
    key: JSON.stringify([weights, host.threads, host.idleMs]),
    create: () => createOnnxVoiceDetector(weights.name, host),
  };
}
