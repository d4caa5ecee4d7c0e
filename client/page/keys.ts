import type { Asking } from './actions/ask.ts';
import type { CorrectActions } from './actions/correct.ts';
import type { WatchActions } from './actions/watch.ts';
import type { Store } from './state.ts';

/** Keys that work all over the page, and those of the player, as the help tells them. */
export const KEYS: readonly (readonly [string, string])[] = [
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

interface Acts {
  readonly asking: Asking;
  readonly watching: WatchActions;
  readonly correcting: CorrectActions;
  readonly store: Store;
}

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();

/** Whether the person types into something: then letters are letters. */
function types(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** The line of the transcript that has the focus, else the one that is heard. */
function lineAt(): number | undefined {
  const focused = document.activeElement?.closest<HTMLElement>('.transcript li');
  const heard = document.querySelector('.transcript [aria-current="true"]')?.closest<HTMLElement>('li');
  const at = (focused ?? heard)?.dataset.at;
  return at === undefined ? undefined : Number(at);
}

/** Does what a key means; true where it means something. */
function press(key: string, { asking, watching, correcting, store }: Acts): boolean {
  const state = store.get();
  const watched = state.watching !== undefined;
  if (key === '/') {
    store.set({ view: 'ask' });
    requestAnimationFrame(() => focus('#question'));
  } else if (key === '?') store.set({ keys: !state.keys });
  else if (key === 'Escape') {
    if (state.editing !== undefined) correcting.stopEditing();
    else if (state.confirming !== undefined) store.set({ confirming: undefined });
    else if (state.keys) store.set({ keys: false });
    else asking.cancel();
  } else if (key === 'n') watching.step(1);
  else if (key === 'p') watching.step(-1);
  else if (key === 'k' && watched) {
    const player = document.querySelector('video');
    if (player?.paused) player.play().catch(() => undefined);
    else player?.pause();
  } else if (key === 'e' && watched) {
    const at = lineAt();
    if (at !== undefined) correcting.edit(at);
  } else if (key === 't' && watched) focus('#tag');
  else return false;
  return true;
}

export function listenToKeys(acts: Acts): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (types(event) && event.key !== 'Escape') return;
    if (press(event.key, acts)) event.preventDefault();
  });
}

const STEPS: Readonly<Record<string, Readonly<Record<string, 1 | -1>>>> = {
  block: { ArrowDown: 1, ArrowUp: -1 },
  inline: { ArrowRight: 1, ArrowLeft: -1 },
};

/** Arrows, Home and End go through the buttons (`data-stop`) of a list that Tab stops at once. */
export const rove =
  (axis: 'block' | 'inline') =>
  (event: KeyboardEvent): void => {
    const { key, currentTarget, target } = event;
    if (!(currentTarget instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
    const stops = [...currentTarget.querySelectorAll<HTMLElement>('[data-stop]')];
    const stop = target.closest<HTMLElement>('[data-stop]');
    if (stop === null && target !== currentTarget) return;
    const at = stop === null ? -1 : stops.indexOf(stop);
    const by = STEPS[axis]?.[key];
    const to = by !== undefined ? at + by : key === 'Home' ? 0 : key === 'End' ? stops.length - 1 : -1;
    const next = stops[to];
    if (next === undefined || event.shiftKey) return;
    next.focus();
    event.preventDefault();
  };
