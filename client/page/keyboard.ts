import { findPlayer } from './player-element.ts';
import type { State } from './state.ts';
import { playingLine, visibleLines } from './transcript-lines.ts';
import { closePreview, playCitation } from './views/citations.ts';
import { focusComposer } from './views/composer.ts';
import type { ViewActions } from './views/view-actions.ts';
import { closeMenus } from './views/view-helpers.ts';

/** Lists the keys by place, for the dialog: the meaning, then the keys. */
export const KEY_GROUPS: readonly (readonly [string, readonly (readonly [string, ...string[]])[]])[] = [
  [
    'Ask',
    [
      ['Go to the question', '/'],
      ['Ask', 'Enter'],
      ['New line', 'Shift', 'Enter'],
      ['Find words only', 'Ctrl', 'Enter'],
      ['Leave the question', 'Esc'],
      ['Play citation 1 to 9', '1 - 9'],
    ],
  ],
  [
    'Watch',
    [
      ['Play or pause', 'k'],
      ['Next, previous moment', 'n', 'p'],
      ['Back, forward 5 seconds', '←', '→'],
      ['Previous, next part', 'Shift', '←', '→'],
      ['Correct this line', 'e'],
      ['Tag this moment', 't'],
      ['Close the player', 'Esc'],
    ],
  ],
  [
    'Library',
    [
      ['Move', '↑', '↓', '←', '→'],
      ['Select', 'x'],
      ['Filter', 'f'],
    ],
  ],
  [
    'Anywhere',
    [
      ['Ask', 'g', 'a'],
      ['Library', 'g', 'l'],
      ['This list', '?'],
      ['Close', 'Esc'],
    ],
  ],
];

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();

/** Returns whether the user is typing into a field. Letters are not shortcuts then. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      ['TEXTAREA', 'SELECT'].includes(target.tagName) ||
      (target instanceof HTMLInputElement && target.type !== 'checkbox'))
  );
}

/** Returns the focused line of the transcript, or else the one that is playing. */
function findCurrentLine(state: State): number | undefined {
  const focused = document.activeElement?.closest<HTMLElement>('.transcript-line')?.dataset.at;
  if (focused !== undefined) return Number(focused);
  const video = state.watching?.video;
  if (video === undefined) return undefined;
  const lines = visibleLines(state, video);
  return lines[playingLine(lines, state.nowMs)]?.at;
}

/** Handles Esc: closes what is open, the topmost first. */
function closeTopmost(actions: ViewActions): void {
  const { store, asking, correcting, watching, library } = actions;
  const { editing, isStageFull, turn, watching: current, view } = store.get();
  if (closeMenus() || closePreview(store)) return;
  if (editing !== undefined) correcting.stopEditing();
  else if (isStageFull) watching.showStage({ isStageFull: false });
  else if (turn?.state === 'running') asking.cancel();
  else if (view === 'library') library.change({ selected: [] });
  else if (current !== undefined) watching.stop();
}

/** Plays the citation with a number of the newest answer. */
function playNumber(n: number, actions: ViewActions): boolean {
  const citation = actions.store.get().turn?.result?.citations?.find((candidate) => candidate.n === n);
  if (citation !== undefined) playCitation(actions, citation);
  return citation !== undefined;
}

function goTo(key: string, { store, watching }: ViewActions): boolean {
  if (key !== 'a' && key !== 'l') return false;
  if (key === 'l') watching.hold();
  store.set({ view: key === 'a' ? 'ask' : 'library' });
  return true;
}

/** Handles a letter while the library is shown. */
function libraryKey(key: string): boolean {
  if (key === 'f') focus('#filter');
  else if (key === 'x') {
    const card = document.activeElement?.closest('.vid');
    card?.querySelector<HTMLInputElement>('.sel input')?.click();
    return card !== null && card !== undefined;
  } else return false;
  return true;
}

/** Handles a letter while a video is open. */
function watchKey(key: string, { watching, correcting, store }: ViewActions): boolean {
  if (key === 'k') watching.togglePlay();
  else if (store.get().isReadOnly && !store.get().mayCorrect) return false;
  else if (key === 'e') {
    const at = findCurrentLine(store.get());
    if (at !== undefined) correcting.edit(at);
  } else if (key === 't') {
    watching.showStage({ stageTab: 'tags' });
    requestAnimationFrame(() => focus('#tag'));
  } else return false;
  return true;
}

/** Handles a key. Returns whether it is a shortcut. */
function handleLetter(key: string, actions: ViewActions): boolean {
  const { store, watching, library } = actions;
  const { view, watching: current } = store.get();
  if (key === '/') {
    store.set({ view: 'ask' });
    requestAnimationFrame(focusComposer);
  } else if (key === '?') library.openDialog({ kind: 'keys' });
  else if (key === 'n') watching.step(1);
  else if (key === 'p') watching.step(-1);
  else if (/^[1-9]$/.test(key)) return playNumber(Number(key), actions);
  else if (view === 'library') return libraryKey(key);
  else return current !== undefined && watchKey(key, actions);
  return true;
}

export function listenToKeys(actions: ViewActions): void {
  let isAfterG = false;
  document.addEventListener('keydown', (event) => {
    const { key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    // A dialog is modal, and closes itself on Esc.
    if (document.querySelector('dialog[open]') !== null) return;
    if (key === 'Escape') {
      closeTopmost(actions);
      event.preventDefault();
      return;
    }
    if (isTyping(event) || !actions.store.get().hasLetterKeys) return;
    const isHandled = isAfterG ? goTo(key, actions) : handleLetter(key, actions);
    isAfterG = !isHandled && key === 'g';
    if (isHandled) event.preventDefault();
  });
  // A menu closes on a click beside it.
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element) closeMenus(target.closest('details.menu'));
  });
  addEventListener('pagehide', () => findPlayer()?.pause());
}
