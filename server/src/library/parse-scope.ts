import type { Scope as WireScope } from '../../protocol/base.ts';
import type { Scope } from '../core/domain/search-result.ts';
import { RequestError } from '../library.ts';

const DAY_MS = 86_400_000;

/** Parses the protocol's scope. A bare `recordedTo` date includes the whole day. Dates without a zone are UTC. */
export function parseSearchScope(scope: WireScope | undefined): Scope {
  if (scope === undefined) return {};
  const { uris, kinds, recordedFrom, recordedTo } = scope;
  return {
    uris,
    kinds,
    recordedFromMs: recordedFrom === undefined ? undefined : parseDate(recordedFrom, 'recordedFrom').ms,
    recordedToMs: recordedTo === undefined ? undefined : parseEnd(recordedTo),
  };
}

function parseEnd(text: string): number {
  const { ms, isDateOnly } = parseDate(text, 'recordedTo');
  return isDateOnly ? ms + DAY_MS : ms + 1;
}

function parseDate(text: string, name: string): { readonly ms: number; readonly isDateOnly: boolean } {
  const isDateOnly = /^\d{4}-\d\d-\d\d$/.test(text);
  const ms = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new RequestError(
      'invalid',
      `${name}: "${text}" is not a date.`,
      'Use a date such as 2026-11-23 or 2026-11-23T14:00:00Z.',
    );
  }
  return { ms, isDateOnly };
}
