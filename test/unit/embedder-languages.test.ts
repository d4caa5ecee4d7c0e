import assert from 'node:assert/strict';
import test from 'node:test';
import {
  measureLanguages,
  understandsLine,
  understandsQuestion,
} from '../../server/src/core/ranking/embedder-languages.ts';
import { LANGUAGE_PAIRS } from '../../server/src/core/ranking/language-pairs.ts';

const LANGUAGES = Object.keys(LANGUAGE_PAIRS);

/** Vectors of a model that brings questions and answers of these languages together, and all other texts to one place. */
function vectorsFor(understood: readonly string[]) {
  const dimension = 400;
  const unit = (at: number) => {
    const vector = new Float32Array(dimension);
    vector[at] = 1;
    return vector;
  };
  let next = 1;
  const questions: Float32Array[] = [];
  const answers: Float32Array[] = [];
  for (const [language, pairs] of Object.entries(LANGUAGE_PAIRS))
    for (const _ of pairs) {
      const at = understood.includes(language) ? next : 0;
      questions.push(unit(at));
      answers.push(unit(at));
      next += 1;
    }
  return measureLanguages(questions, answers);
}

test('given the pairs, when counted, then at least twelve languages have the same number of them', () => {
  assert.ok(LANGUAGES.length >= 12);
  for (const [language, pairs] of Object.entries(LANGUAGE_PAIRS)) {
    assert.equal(pairs.length, 6, language);
    // A word that both sides share would bring them together without being understood.
    for (const [question, answer] of pairs) {
      const words = new Set(question.toLowerCase().match(/\p{L}{5,}/gu) ?? []);
      const shared = (answer.toLowerCase().match(/\p{L}{5,}/gu) ?? []).filter((word) => words.has(word));
      assert.deepEqual(shared, [], `${language}: ${question}`);
    }
  }
});

test('given a model of one language, when measured, then it understands that language only', () => {
  assert.deepEqual(vectorsFor(['en']), new Set(['en']));
  assert.deepEqual(vectorsFor(['en', 'de', 'fr']), new Set(['de', 'en', 'fr']));
});

test('given a model of most languages, or of none that was measured, when measured, then it counts for all', () => {
  assert.equal(vectorsFor(LANGUAGES), 'all');
  assert.equal(vectorsFor(LANGUAGES.slice(0, 11)), 'all');
  assert.equal(vectorsFor([]), 'all');
});

const english = new Set(['en']);

test('given an English model, when lines are judged, then script and language decide and short lines pass', () => {
  const line = (text: string, language?: string) => ({ text, ...(language ? { language } : {}) });
  assert.ok(understandsLine(english, line('The vehicle is parked in front of the house.')));
  assert.ok(!understandsLine(english, line('Der Wagen steht vor dem Haus.', 'de')));
  assert.ok(!understandsLine(english, line('Der Wagen steht jeden Morgen vor dem großen Haus am Markt.')));
  assert.ok(!understandsLine(english, line('汽车停在房子前面。', 'en')), 'a wrong tag');
  assert.ok(understandsLine(english, line('OK')));
  assert.ok(understandsLine('all', line('汽车停在房子前面。')));
});

test('given an English model, when questions are judged, then other languages of the index are not asked about', () => {
  assert.ok(understandsQuestion(english, 'Where did she leave her car?', ['en', 'de']));
  assert.ok(!understandsQuestion(english, 'Wo hat sie ihr Auto gelassen?', ['en', 'de']));
  assert.ok(!understandsQuestion(english, '她把车停在哪里了？', ['en']));
  assert.ok(!understandsQuestion(english, 'Где машина?', ['en']));
  assert.ok(understandsQuestion(english, 'car', ['en']));
  assert.ok(understandsQuestion(english, 'car', []));
  assert.ok(understandsQuestion('all', '她把车停在哪里了？', ['en']));
});
