import type { Scope } from '../../../server/protocol/base.ts';
import type { SearchScope } from '../state.ts';

/** Converts the scope of the composer for a request. Undefined if it does not narrow anything. */
export function toScope({ uris, from, to, kinds }: SearchScope): Scope | undefined {
  if (uris.length === 0 && from === '' && to === '' && kinds.length === 0) return undefined;
  return {
    uris: uris.length > 0 ? [...uris] : undefined,
    recordedFrom: from || undefined,
    recordedTo: to || undefined,
    kinds: kinds.length > 0 ? [...kinds] : undefined,
  };
}
