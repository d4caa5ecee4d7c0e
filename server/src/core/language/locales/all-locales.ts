import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import type { Locale } from './locale.ts';
import { nl } from './nl.ts';
import { pt } from './pt.ts';
import { ru } from './ru.ts';
import { zh } from './zh.ts';

/** The languages in which questions are understood. */
export const LOCALES: readonly Locale[] = [en, de, fr, es, it, pt, nl, ru, ja, zh];

const LOCALES_BY_CODE: ReadonlyMap<string, Locale> = new Map(LOCALES.map((locale) => [locale.code, locale]));

export function findLocale(code: string): Locale | undefined {
  return LOCALES_BY_CODE.get(code);
}
