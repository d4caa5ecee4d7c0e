import { findVirtualList } from './virtual-list.ts';

export const TRANSCRIPT_ID = 'transcript';

/** Focuses a line, and scrolls to it if it is not rendered. */
export function focusTranscriptLine(at: number, index?: number): void {
  const find = () => document.querySelector<HTMLElement>(`.transcript-line[data-at="${at}"] .seek`);
  if (find() === null && index !== undefined) findVirtualList(TRANSCRIPT_ID)?.scrollToRow(index, 'auto');
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()));
}
