import type { AskActions } from './actions/ask.ts';
import type { CorrectActions } from './actions/correct.ts';
import type { WatchActions } from './actions/watch.ts';
import type { Store } from './state.ts';

/** Keys that work all over the page, and those of the player, as the help tells them. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ['/', 'go to the question'],
  ['Enter', 'ask; with Shift, search'],
  ['n, p', 'next and previous moment'],
  ['k', 'play and pause'],
  ['← →', 'in the player: 5 seconds back and on; with Shift, a clip'],
  ['↑ ↓', 'in a list: from one to the next'],
  ['e', 'correct the line that is heard, or has the focus'],
  ['t', 'tag the moment'],
  ['Esc', 'cancel, or close what is open'],
  ['?', 'show or hide these keys'],
];

interface KeyActions {
  readonly asking: AskActions;
  readonly watching: WatchActions;
  readonly correcting: CorrectActions;
  readonly store: Store;
}

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();

/** Whether the person types into something: then letters are letters. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** The line of the transcript that has the focus, else the one that is heard. */
function currentLine(): number | undefined {
  const focusedLine = document.activeElement?.closest<HTMLElement>('.transcript li');
  const heardLine = document.querySelector('.transcript [aria-current="true"]')?.closest<HTMLElement>('li');
  const at = (focusedLine ?? heardLine)?.dataset.at;
  return at === undefined ? undefined : Number(at);
}

/** Does what a key means; true where it means something. */
function handleKey(key: string, { asking, watching, correcting, store }: KeyActions): boolean {
  const state = store.get();
  const isWatching = state.watching !== undefined;
  if (key === '/') {
    store.set({ view: 'ask' });
    requestAnimationFrame(() => focus('#question'));
  } else if (key === '?') store.set({ showsKeys: !state.showsKeys });
  else if (key === 'Escape') {
    if (state.editing !== undefined) correcting.stopEditing();
    else if (state.confirmation !== undefined) store.set({ confirmation: undefined });
    else if (state.showsKeys) store.set({ showsKeys: false });
    else asking.cancel();
  } else if (key === 'n') watching.step(1);
  else if (key === 'p') watching.step(-1);
  else if (key === 'k' && isWatching) {
    const player = document.querySelector('video');
    if (player?.paused) player.play().catch(() => undefined);
    else player?.pause();
  } else if (key === 'e' && isWatching) {
    const at = currentLine();
    if (at !== undefined) correcting.edit(at);
  } else if (key === 't' && isWatching) focus('#tag');
  else return false;
  return true;
}

export function listenToKeys(actions: KeyActions): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event) && event.key !== 'Escape') return;
    if (handleKey(event.key, actions)) event.preventDefault();
  });
}

const ARROW_STEPS: Readonly<Record<string, Readonly<Record<string, 1 | -1>>>> = {
  block: { ArrowDown: 1, ArrowUp: -1 },
  inline: { ArrowRight: 1, ArrowLeft: -1 },
};

/** Arrows, Home and End go through the buttons (`data-stop`) of a list that Tab stops at once. */
export const roveFocus =
  (axis: 'block' | 'inline') =>
  (event: KeyboardEvent): void => {
    const { key, currentTarget, target } = event;
    if (!(currentTarget instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
    const tabStops = [...currentTarget.querySelectorAll<HTMLElement>('[data-stop]')];
    const currentStop = target.closest<HTMLElement>('[data-stop]');
    if (currentStop === null && target !== currentTarget) return;
    const at = currentStop === null ? -1 : tabStops.indexOf(currentStop);
    const step = ARROW_STEPS[axis]?.[key];
    const targetIndex =
      step !== undefined ? at + step : key === 'Home' ? 0 : key === 'End' ? tabStops.length - 1 : -1;
    const next = tabStops[targetIndex];
    if (next === undefined || event.shiftKey) return;
    next.focus();
    event.preventDefault();
  };
