import { styleText } from 'node:util';
import { EVIDENCE_LABELS } from '../../protocol/names.ts';
import type { Evidence } from '../../protocol/search.ts';
import type { OutputStream } from './context.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Colours text if the stream is a terminal and NO_COLOR is not set. */
export type StyleText = (style: Style, text: string) => string;

export function createTextStyler(stream: OutputStream, env: NodeJS.ProcessEnv): StyleText {
  const useColour = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return (style, text) => (useColour ? styleText(style, text, { validateStream: false }) : text);
}

/** Formats a size in powers of 1000: 1536 -> `1.5 kB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Formats a count with its noun: `1 video`, `3 videos`. */
export function formatCount(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}

/** One line of evidence as a person reads it. */
export function formatEvidenceLine(evidence: Evidence): string {
  const speaker = evidence.speaker ? `${sanitiseLine(evidence.speaker)}: ` : '';
  // Facts begin with their own source: `Measured: ...`.
  if (evidence.kind === 'facts')
    return `${EVIDENCE_LABELS.facts}: ${sanitiseLine(evidence.text).replace(/^\p{L}+: /u, '')}`;
  return `${EVIDENCE_LABELS[evidence.kind]}: ${speaker}${sanitiseLine(evidence.text)} (${sanitiseLine(evidence.source)}${evidence.corrected ? ', corrected' : ''})`;
}
