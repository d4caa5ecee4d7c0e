import type { Ms, Uri } from '../../server/protocol/base.ts';

/** Describes what the page's address shows. */
export interface Address {
  readonly view: 'ask' | 'library';
  readonly question?: string;
  /** Identifies the conversation of the question. */
  readonly threadId?: string;
  readonly video?: { readonly uri: Uri; readonly startMs: Ms };
}

/** Parses `q`, `c`, `v`, `t` and `view`. Unknown or malformed members are left out. */
export function parseAddress(parameters: URLSearchParams): Address {
  const uri = parameters.get('v');
  const seconds = Number(parameters.get('t') ?? 0);
  return {
    view: parameters.get('view') === 'library' ? 'library' : 'ask',
    question: parameters.get('q')?.trim() || undefined,
    threadId: parameters.get('c') ?? undefined,
    video: uri ? { uri, startMs: seconds > 0 && seconds < 1e9 ? Math.round(seconds * 1000) : 0 } : undefined,
  };
}

/** Formats an address as a query string, empty for the first view. */
export function formatAddress({ view, question, threadId, video }: Address): string {
  const parameters = new URLSearchParams();
  if (view === 'library') parameters.set('view', 'library');
  if (question !== undefined) parameters.set('q', question);
  if (question !== undefined && threadId !== undefined) parameters.set('c', threadId);
  if (video !== undefined) {
    parameters.set('v', video.uri);
    parameters.set('t', String(video.startMs / 1000));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
