import { toOptionLetter } from '../../core/generation/option-shares.ts';
import { normaliseAnswer } from '../metrics/answer-match.ts';

/** Removes citation marks, which Goldfish puts behind sentences. */
const withoutCitations = (text: string) => text.replace(/\s*\[\d+\]/g, '');

/** Reads `{"answer": "B"}` and `{"choice": 1}`, also inside a code fence. */
function readStructured(text: string, options: readonly string[]): number | undefined {
  const object = /\{[^{}]*\}/.exec(text)?.[0];
  if (object === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(object);
    if (typeof value !== 'object' || value === null) return undefined;
    for (const key of ['choice', 'answer', 'option', 'pred']) {
      const member: unknown = Reflect.get(value, key);
      if (typeof member === 'number') return readLabel(String(member), options);
      if (typeof member === 'string') return readLabel(member, options) ?? readByText(member, options);
    }
  } catch {
    // Braces that are no JSON: the other rules apply.
  }
  return undefined;
}

/** A letter counts from A, a number from 0, as TVQA writes its options. */
function toIndex(label: string, count: number): number | undefined {
  const index = /^\d+$/.test(label) ? Number(label) : label.toUpperCase().charCodeAt(0) - 65;
  return index >= 0 && index < count ? index : undefined;
}

/** Returns the one option that is exactly the text: "3" may be an option and no number of one. */
function findEqualOption(text: string, options: readonly string[]): number | undefined {
  const words = normaliseAnswer(text);
  const equal = options.flatMap((option, i) =>
    words !== '' && normaliseAnswer(option) === words ? [i] : [],
  );
  return equal.length === 1 ? equal[0] : undefined;
}

/** Reads an option's exact text or a lone label: `B`, `(B)`, `B.`, `B) a book`, `3`, `Option 3`. */
function readLabel(text: string, options: readonly string[]): number | undefined {
  const trimmed = text.trim();
  const equal = findEqualOption(trimmed, options);
  if (equal !== undefined) return equal;
  const lone = /^(?:option\s+)?[([*]*([A-Z]|\d{1,2})[)\]*.:]*$/i.exec(trimmed)?.[1];
  // "A dog" is a text; only a mark after the letter makes it a label.
  const leading = /^(?:option\s+)?(?:[([]([A-Z]|\d{1,2})[)\]]|([A-Z]|\d{1,2})[).:])(?=\s|$)/i.exec(trimmed);
  const label = lone ?? leading?.[1] ?? leading?.[2];
  return label === undefined ? undefined : toIndex(label, options.length);
}

/** Reads the last "the answer is X". */
function readStatement(text: string, options: readonly string[]): number | undefined {
  const heads = [...text.matchAll(/\b(?:answer|option|choice)\b\s*(?:is|:|=)+\s*:?\s*(?:option\s+)?/gi)];
  const last = heads.at(-1);
  const stated = last && text.slice(last.index + last[0].length).split('\n')[0];
  if (stated === undefined) return undefined;
  const equal = findEqualOption(stated, options);
  if (equal !== undefined) return equal;
  const label = /^\s*[("'*[]*([A-Z]|\d{1,2})(?![\w'’])/i.exec(stated)?.[1];
  const isArticle = label !== undefined && /^a$/i.test(label) && /^\s*a\s+\w/i.test(stated);
  if (label !== undefined && !isArticle) {
    const index = toIndex(label, options.length);
    if (index !== undefined) return index;
  }
  return readByText(stated, options);
}

/** Returns the one option whose words occur in the text. The longest wins over options that it contains. */
function readByText(text: string, options: readonly string[]): number | undefined {
  const haystack = ` ${normaliseAnswer(text)} `;
  const found = options.flatMap((option, index) => {
    const words = normaliseAnswer(option);
    return words !== '' && haystack.includes(` ${words} `) ? [{ index, words }] : [];
  });
  const longest = found.filter(
    ({ words, index }) =>
      !found.some((other) => other.index !== index && ` ${other.words} `.includes(` ${words} `)),
  );
  return longest.length === 1 ? longest[0]?.index : undefined;
}

/**
 * Returns the index of the option that an answer names, or undefined if it names none or several. It never guesses.
 * Tried in this order: JSON, a lone letter or number, the last "answer is X", the text of one option.
 */
export function parseChoice(answer: string, options: readonly string[]): number | undefined {
  const text = withoutCitations(answer).trim();
  return (
    readStructured(text, options) ??
    readLabel(text, options) ??
    readStatement(text, options) ??
    readByText(text, options)
  );
}

/** Formats an option for people: `B. A book`. */
export function formatOption(options: readonly string[], index: number | undefined): string {
  return index === undefined ? '' : `${toOptionLetter(index)}. ${options[index] ?? ''}`;
}
