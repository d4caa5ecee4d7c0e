/** The thoughts of a reasoning model, also cut off by the token budget, or without their opening mark. */
const THOUGHTS = /<think(?:ing)?>.*?(?:<\/think(?:ing)?>|$)|^.*<\/think(?:ing)?>/gis;
const OPENING = /^\s*<think(?:ing)?>/i;
const CLOSING = /<\/think(?:ing)?>\s*/i;
/** Matches text that may still become an opening mark. */
const OPENING_PREFIX = /^\s*(?:<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?)?$/i;

/** Removes the thoughts of a reasoning model from its text. */
export function stripThoughts(text: string): string {
  return text.replace(THOUGHTS, ' ').trim();
}

/** Holds back the thoughts at the start of a streamed text. */
export interface ThoughtFilter {
  /** Takes a piece of text; returns the part that is no thought, or ''. */
  push(delta: string): string;
  /** Returns what was held back and turned out to be text. */
  end(): string;
}

/** Creates a filter for one text. */
export function createThoughtFilter(): ThoughtFilter {
  let pendingText = '';
  let state: 'start' | 'thoughts' | 'text' = 'start';
  let sawThoughts = false;
  const flush = (): string => {
    const text = pendingText;
    pendingText = '';
    return text;
  };
  return {
    push(delta) {
      pendingText += delta;
      for (;;) {
        if (state === 'text') return flush();
        if (state === 'start') {
          if (sawThoughts) pendingText = pendingText.trimStart();
          if (OPENING.test(pendingText)) state = 'thoughts';
          else if (OPENING_PREFIX.test(pendingText)) return '';
          else state = 'text';
          continue;
        }
        const closing = CLOSING.exec(pendingText);
        if (!closing) return '';
        pendingText = pendingText.slice(closing.index + closing[0].length);
        state = 'start';
        sawThoughts = true;
      }
    },
    end: () => (state === 'thoughts' ? '' : flush()),
  };
}
