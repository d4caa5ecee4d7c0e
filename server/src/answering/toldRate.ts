import { asksForRate, tellsRate } from '../core/rates.ts';
import type { Found } from './found.ts';
import { quoteOf } from './quote.ts';

/**
 * "How often do they meet?" asks for what is said of it, "every two weeks", where a place that holds the question says so:
 * those places alone are left then. Else the times themselves are what is asked for.
 */
export function toldRate(asked: string, found: Found): Found {
  if (!asksForRate(asked) || !found.grounded || found.whole.length > 0) return found;
  // As it stands, for what was looked for lacks "how often".
  const question = { ...found.question, text: asked };
  const findings = found.findings.filter(
    (finding, i) =>
      (i === 0 || !finding.hit.weak) && quoteOf(question, finding).some(({ text }) => tellsRate(text)),
  );
  return findings.length > 0 ? { ...found, question, findings, rate: true } : found;
}
