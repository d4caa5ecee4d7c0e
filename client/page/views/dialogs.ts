import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../icons.ts';
import { KEY_GROUPS } from '../keyboard.ts';
import type { Confirmation, State } from '../state.ts';
import { fileNameOfUri, nameOf, stageTitle } from '../text.ts';
import { alertsDialog } from './alerts-dialog.ts';
import type { DialogParts } from './dialog-parts.ts';
import { exportDialog } from './export-dialog.ts';
import { folderDialog } from './folder-dialog.ts';
import { questionList } from './home.ts';
import { linkDialog } from './link-dialog.ts';
import { modelsDialog } from './models-dialog.ts';
import { otherDevices } from './other-devices.ts';
import { progressText, timeLeft } from './progress.ts';
import { reelDialog } from './reel-dialog.ts';
import { coverageFacts, missingSpeech } from './searched.ts';
import { tagDialog } from './selection-bar.ts';
import { subtitlesDialog } from './subtitles-dialog.ts';
import { videoLink } from './video-link.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, plural, problemBox } from './view-helpers.ts';
import { workerList } from './workers.ts';

/** Renders the open dialog. */
export function dialogs(state: State, actions: ViewActions): TemplateResult | typeof nothing {
  const { dialog } = state;
  if (dialog === undefined) return nothing;
  const parts = partsOf(state, dialog, actions);
  const close = () => actions.library.openDialog(undefined);
  return html`${keyed(
    dialog.kind,
    html`<dialog
      class="dialog ${parts.isSheet ? 'sheet' : ''}"
      id="dialog"
      aria-labelledby="dialog-title"
      data-kind=${dialog.kind}
      ${ref(onDialog)}
      @close=${close}
      @click=${(event: MouseEvent) => event.target === event.currentTarget && close()}
    >
      <div class="dinner">
        <div class="dhead"><h2 id="dialog-title">${parts.title}</h2>${iconButton('close', 'Close (Esc)', close, { id: 'dialog-close' })}</div>
        <div class="dbody">${problemBox(state.notice)} ${parts.body}</div>
        ${parts.foot === undefined ? nothing : html`<div class="dfoot">${parts.foot}</div>`}
      </div>
    </dialog>`,
  )}`;
}

let opener: Element | null = null;

/** Opens the dialog modally when it appears, and gives the focus back to its opener when it goes. */
function onDialog(element: Element | undefined): void {
  if (element instanceof HTMLDialogElement) {
    if (element.open) return;
    opener = document.activeElement;
    queueMicrotask(() => {
      if (!element.isConnected || element.open) return;
      element.showModal();
      const target = element.querySelector<HTMLElement>('[data-focus]');
      target?.focus();
      // A custom element can take the focus only once it is rendered.
      if (document.activeElement !== target) requestAnimationFrame(() => target?.focus());
    });
  } else if (opener instanceof HTMLElement) {
    const target = opener;
    opener = null;
    requestAnimationFrame(() => target.isConnected && target.focus());
  }
}

function partsOf(state: State, dialog: NonNullable<State['dialog']>, actions: ViewActions): DialogParts {
  if (dialog.kind === 'confirm') return confirmParts(dialog, actions);
  if (dialog.kind === 'export') return exportDialog(state, dialog.uris, actions);
  if (dialog.kind === 'subtitles') return subtitlesDialog(state, dialog.uri, actions);
  if (dialog.kind === 'tag') return tagDialog(dialog.uris, actions);
  const parts = {
    keys: keyParts,
    history: historyParts,
    status: statusParts,
    folders: folderParts,
    models: modelsDialog,
    addFolder: folderDialog,
    addLink: linkDialog,
    alerts: alertsDialog,
    reel: reelDialog,
  };
  return parts[dialog.kind](state, actions);
}

function keyParts({ hasLetterKeys }: State, { setLetterKeys }: ViewActions): DialogParts {
  return {
    title: 'Keyboard shortcuts',
    body: html`<div class="keys">
        ${KEY_GROUPS.map(
          ([title, keys]) => html`<div><h3>${title}</h3>
            ${keys.map(([meaning, ...names]) => html`<p><span>${meaning}</span>${names.map((name) => html`<kbd>${name}</kbd>`)}</p>`)}</div>`,
        )}
      </div>
      <p class="hint">Single letters work only while you are not typing.</p>
      <label class="check"><input type="checkbox" id="letter-keys" .checked=${hasLetterKeys} @change=${(event: Event) => setLetterKeys((event.target as HTMLInputElement).checked)} /> Single-letter shortcuts</label>`,
  };
}

function historyParts({ history }: State, { asking }: ViewActions): DialogParts {
  return {
    title: 'Recent questions',
    body:
      history.length === 0
        ? html`<p class="muted">No questions yet.</p>`
        : questionList(history, asking.open),
    foot:
      history.length === 0
        ? undefined
        : html`<span class="muted small grow">Kept on this computer only.</span><button type="button" class="btn" id="clear-history" @click=${asking.forgetHistory}>Clear history</button>`,
  };
}

function statusParts(state: State, actions: ViewActions): DialogParts {
  const { status } = state;
  const { library } = actions;
  if (status === undefined) return { title: 'Index status', body: html`<p class="muted">Loading ...</p>` };
  const { running, failed, waiting, offline } = status.work;
  const isPaused = status.paused !== undefined;
  const why =
    status.paused === 'battery' ? ' on battery' : status.paused === 'quietHours' ? ' in quiet hours' : '';
  const isBusy = waiting + running.length > 0;
  return {
    title: 'Index status',
    body: html`<p class="progress-text">${isPaused ? `Paused${why}.` : progressText(state)}</p>
      ${status.progress === undefined ? nothing : html`<div class="bar4" role="progressbar" aria-label="All videos" aria-valuenow=${Math.floor(status.progress.percent)}><i .style=${`width:${status.progress.percent}%`}></i></div>`}
      <ul class="work">
        ${running.map(
          ({ uri, path, stage, percent, leftMs }) => html`<li>
            <p><b>${videoLink(uri, nameOf(path), actions)}</b> <span class="muted">${stageTitle(stage)}${percent === undefined ? '' : `, ${Math.floor(percent)} %`}${timeLeft(leftMs)}</span></p>
            <div class="bar4" role="progressbar" aria-label="Indexing ${nameOf(path)}" aria-valuenow=${Math.floor(percent ?? 0)}><i .style=${`width:${percent ?? 0}%`}></i></div>
          </li>`,
        )}
      </ul>
      ${offline > 0 ? html`<p class="muted">${plural(offline, 'video')} on drives that are not connected.</p>` : nothing}
      ${failed.length > 0 ? html`<h3>Failed</h3>` : nothing}
      <ul class="work">
        ${failed.map(
          ({ uri, path, reason, remedy }) => html`<li class="row">
            <span class="grow"><b>${videoLink(uri, nameOf(path), actions)}</b><br /><span class="danger">${reason}</span> <span class="muted">${remedy}</span></span>
            <button type="button" class="btn" aria-label="Try again: ${nameOf(path)}" @click=${() => library.readAgain([uri])}>Try again</button>
          </li>`,
        )}
      </ul>
      ${status.coverage === undefined ? nothing : html`<h3>What is known</h3><div class="panel">${coverageFacts(status.coverage)} ${missingSpeech(state, actions)}</div>`}
      ${workerList(state, actions)} ${otherDevices(state, actions)} ${state.isReadOnly ? nothing : tips(status.advice, actions)}`,
    foot: isPaused
      ? status.paused === 'asked'
        ? html`<button type="button" class="btn primary" id="resume" @click=${() => library.setPaused(false)}>${icon('play')}Resume</button>`
        : undefined
      : isBusy
        ? html`<button type="button" class="btn" id="pause" @click=${() => library.setPaused(true)}>${icon('pause')}Pause</button>`
        : undefined,
  };
}

/** Renders the advice of the daemon. What it says of models has a button here instead of a command. */
function tips(advice: readonly string[], { models }: ViewActions): TemplateResult | typeof nothing {
  const others = advice.filter((line) => !line.includes('`goldfish models'));
  if (advice.length === 0) return nothing;
  return html`<h3>Tips for better answers</h3>
    <ul class="tips">
      ${others.map((line) => html`<li>${line}</li>`)}
      ${others.length < advice.length ? html`<li>Models can add transcription, descriptions and search by meaning. <button type="button" class="btn" id="tip-models" @click=${models.open}>${icon('models')}Models</button></li>` : nothing}
    </ul>`;
}

const FOLDER_STATES = {
  watching: 'Watched',
  scanning: 'Looking for videos ...',
  offline: 'Not connected',
  failed: 'Failed',
};

function folderParts({ folders = [] }: State, { library, host }: ViewActions): DialogParts {
  const add = () => (host.pickFolder === undefined ? library.openFolderDialog() : host.pickFolder());
  return {
    title: 'Folders',
    body: html`<ul class="work folders-list">
      ${folders.map(
        ({ uri, path, videos, state, reason }) => html`<li class="row folder">
          ${icon('folder', 'muted')}
          <span class="grow"><b>${nameOf(path)}</b><br /><span class="muted small">${path}, ${plural(videos, 'video')}, <span class="state ${state}">${FOLDER_STATES[state]}</span></span>
            ${reason === undefined ? nothing : html`<br /><span class="danger small">${reason}</span>`}</span>
          <button type="button" class="btn" aria-label="Stop watching ${nameOf(path)}" @click=${() => library.confirm('removeFolder', [uri])}>Stop watching</button>
        </li>`,
      )}
    </ul>`,
    foot: html`<span class="grow"></span><button type="button" class="btn primary" @click=${add}>${icon('add')}Add folder</button>`,
  };
}

function confirmParts(confirmation: Confirmation, { library }: ViewActions): DialogParts {
  const { action, uris } = confirmation;
  const name = uris.length === 1 ? fileNameOfUri(uris[0] ?? '') : plural(uris.length, 'video');
  const texts = {
    forget: {
      title: `Remove ${name} from the index?`,
      text: `You cannot search ${uris.length === 1 ? 'it' : 'them'} until you index ${uris.length === 1 ? 'it' : 'them'} again. The files and your corrections stay.`,
      yes: 'Remove from index',
    },
    readAgain: {
      title: `Index ${name} again?`,
      text: 'This takes as long as the first time. You can search meanwhile, and your corrections stay.',
      yes: 'Index again',
    },
    removeFolder: {
      title: `Stop watching ${name}?`,
      text: 'Its videos leave the index; the files and your corrections stay.',
      yes: 'Stop watching',
    },
  };
  const { title, text, yes } = texts[action];
  return {
    title,
    body: html`<p>${text}</p>`,
    foot: html`<span class="grow"></span>
      <button type="button" class="btn" id="confirm-no" data-focus @click=${() => library.openDialog(undefined)}>Cancel</button>
      <button type="button" class="btn ${action === 'readAgain' ? 'primary' : 'danger'}" id="confirm-yes" @click=${() => library.runConfirmed(confirmation)}>${yes}</button>`,
  };
}
