import type { Passage } from '../domain/passage.ts';
import { isLineInWindow } from './build-passages.ts';

/** What ranking reads of the lines of a passage. An index can keep it in less room than the lines. */
export interface PassageDigest {
  /** Lower-case text of the lines in the window, without their context; a space between two lines. */
  readonly text: string;
  /** Distinct names of those who speak in its lines. */
  readonly speakers: readonly string[];
}

export function digestPassage(passage: Pick<Passage, 'lines' | 'startMs' | 'endMs'>): PassageDigest {
  const texts: string[] = [];
  const speakers: string[] = [];
  for (const line of passage.lines) {
    if (isLineInWindow(line, passage)) texts.push(line.text);
    if (line.speaker !== undefined && !speakers.includes(line.speaker)) speakers.push(line.speaker);
  }
  const text = texts.join(' ');
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  return { text: (isAscii ? text : text.normalize('NFKC')).toLowerCase(), speakers };
}
