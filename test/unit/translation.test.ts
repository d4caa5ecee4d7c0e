import assert from 'node:assert/strict';
import test from 'node:test';
import { translateTexts } from '../../server/src/answering/translate-texts.ts';
import { findGlossary } from '../../server/src/core/corrections/glossary.ts';
import {
  parseTranslation,
  splitForTranslation,
  translationRules,
} from '../../server/src/core/generation/translation-prompt.ts';

const correction = (was: string, text: string) => ({
  change: 'line' as const,
  id: was,
  kind: 'speech' as const,
  startMs: 0,
  endMs: 1000,
  was: { text: was, source: 'a' },
  text,
  madeMs: 1,
});

test('given corrections, then their new words and names make the glossary, newest first', () => {
  const corrections = [
    correction('we met gold fish at the key', 'We met Goldfish at the quay.'),
    { change: 'speaker' as const, id: 's', was: 'Speaker 1', speaker: 'Ana Ruiz', madeMs: 2 },
    { change: 'tag' as const, id: 't', startMs: 0, endMs: 1, text: 'holiday', madeMs: 3 },
    correction('ask miss os low', 'Ask Ms Oslo, please'),
  ];
  assert.deepEqual(findGlossary(corrections), ['Ms Oslo', 'please', 'Ana Ruiz', 'Goldfish', 'quay']);
  assert.match(translationRules('German', ['Ana Ruiz', 'quay']), /Ana Ruiz; quay\./);
  assert.doesNotMatch(translationRules('German', []), /Spell/);
});

test('given many lines, then they are divided into small groups that hold each once', () => {
  const batches = splitForTranslation(Array.from({ length: 30 }, (_, i) => `line number ${i} of the film`));
  assert.deepEqual(
    batches.flat(),
    Array.from({ length: 30 }, (_, i) => i),
  );
  assert.ok(batches.every((batch) => batch.length <= 12));
  assert.deepEqual(splitForTranslation(['a '.repeat(200), 'b']), [[0], [1]]);
});

test('given an answer, then only whole, single, plausible translations count', () => {
  const texts = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'];
  const answer = `Here you are:\n1: Eins.\n**2.** Zwei.\n3: \n4: Vier.\n4: Doppelt.\n5: ${'lang '.repeat(40)}\n6: Mehr.`;
  assert.deepEqual(parseTranslation(answer, texts), ['Eins.', 'Zwei.', undefined, undefined, undefined]);
});

test('given a model that leaves lines out, then they are asked for once more, and then reported', async () => {
  const prompts: string[] = [];
  const model = {
    name: 'm',
    words: 1000,
    async answer(messages: readonly { readonly text: string }[]) {
      const prompt = messages[1]?.text ?? '';
      prompts.push(prompt);
      return prompt
        .split('\n')
        .filter((line) => !line.includes('never') && (prompts.length > 1 || !line.includes('later')))
        .map((line) => line.toUpperCase())
        .join('\n');
    },
    close: async () => undefined,
  };
  const request = { texts: ['now', 'later', 'never'], language: 'German', glossary: [] };
  const translations = await translateTexts(model, request, () => undefined, new AbortController().signal);
  assert.deepEqual(translations, ['NOW', 'LATER', undefined]);
  assert.deepEqual(prompts, ['1: now\n2: later\n3: never', '1: later', '1: never']);
});
