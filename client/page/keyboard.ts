import type { AskActions } from './actions/ask.ts';
import type { CorrectActions } from './actions/correct.ts';
import type { WatchActions } from './actions/watch.ts';
import type { Store } from './state.ts';

/** Lists the keys of the page and the player, for the help. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ['/', 'go to the question box'],
  ['Enter', 'ask; with Shift, search'],
  ['n, p', 'next and previous moment'],
  ['k', 'play or pause'],
  ['← →', 'in the player: 5 seconds back or forward; with Shift, one clip'],
  ['↑ ↓', 'in a list: previous or next item'],
  ['e', 'correct the focused or current line'],
  ['t', 'tag this moment'],
  ['Esc', 'cancel or close'],
  ['?', 'show or hide keyboard shortcuts'],
];

interface KeyActions {
  readonly asking: AskActions;
  readonly watching: WatchActions;
  readonly correcting: CorrectActions;
  readonly store: Store;
}

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();

/** Returns whether the user is typing into a field. Letters are not shortcuts then. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** Returns the focused line of the transcript, or else the one that is playing. */
function currentLine(): number | undefined {
  const focusedLine = document.activeElement?.closest<HTMLElement>('.transcript li');
  const heardLine = document.querySelector('.transcript [aria-current="true"]')?.closest<HTMLElement>('li');
  const at = (focusedLine ?? heardLine)?.dataset.at;
  return at === undefined ? undefined : Number(at);
}

/** Handles a key. Returns whether the key is a shortcut. */
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

/** Creates a handler that moves the focus in a list with arrows, Home and End. The list is a single Tab stop. */
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
