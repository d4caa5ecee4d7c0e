import type { Ms } from './time-range.ts';

const MS_PER_SECOND = 1000;

/**
 * Returns the address of a moment on the web page of its video: with `t` in whole seconds, as YouTube, PeerTube and others
 * take it. Sites that do not know it show the page from the beginning.
 */
export function formatPageLink(pageUrl: string, startMs: Ms): string | undefined {
  const url = URL.parse(pageUrl);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  url.searchParams.set('t', String(Math.floor(startMs / MS_PER_SECOND)));
  return url.href;
}
