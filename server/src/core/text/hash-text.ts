import { hash } from 'node:crypto';

/** Returns the first 128 bits of a text's SHA-256 as 32 hex digits, for keys and row ids. */
export function hashText(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
