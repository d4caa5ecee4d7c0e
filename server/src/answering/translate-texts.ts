import {
  parseTranslation,
  splitForTranslation,
  translationPrompt,
  translationRules,
} from '../core/generation/translation-prompt.ts';
import type { Answerer } from '../ports/answerer.ts';

export interface TranslationRequest {
  readonly texts: readonly string[];
  /** English name of the language. */
  readonly language: string;
  readonly glossary: readonly string[];
}

/**
 * Lets a model translate texts, a few at a time. Those that it leaves out are asked for once more, one by one. Returns
 * undefined for those that it does not translate. Rejects with ModelUnavailableError and the signal's reason.
 */
export async function translateTexts(
  model: Answerer,
  { texts, language, glossary }: TranslationRequest,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  const rules = translationRules(language, glossary);
  const translations: (string | undefined)[] = texts.map(() => undefined);
  const translateBatch = async (batch: readonly number[]) => {
    signal.throwIfAborted();
    const batchTexts = batch.map((at) => texts[at] ?? '');
    const messages = [
      { role: 'system', text: rules },
      { role: 'user', text: translationPrompt(batchTexts) },
    ] as const;
    const answer = await model.answer(messages, () => undefined, signal);
    for (const [i, translation] of parseTranslation(answer, batchTexts).entries())
      translations[batch[i] ?? 0] = translation;
  };
  let done = 0;
  for (const batch of splitForTranslation(texts)) {
    onProgress(done);
    await translateBatch(batch);
    if (batch.length > 1)
      for (const at of batch) if (translations[at] === undefined) await translateBatch([at]);
    done += batch.length;
  }
  return translations;
}
