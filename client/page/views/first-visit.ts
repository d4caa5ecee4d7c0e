import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import type { State } from '../state.ts';
import { addFolderForm, browsedPlaces } from './folder-dialog.ts';
import type { ViewActions } from './view-actions.ts';

/** Renders the page before the first folder: what Goldfish does, and ways to add a folder. */
export function firstVisit(state: State, actions: ViewActions): TemplateResult {
  const { host, library } = actions;
  const choose = () => (host.pickFolder === undefined ? library.openFolderDialog() : host.pickFolder());
  return html`<main class="first" id="first-visit"><div>
    <h1>Ask your videos</h1>
    <p>Add a folder. Goldfish reads each video where it is and answers questions with a link to the second. Nothing is copied or uploaded.</p>
    <div class="drop" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${library.onDrop}>
      ${icon('folder')}
      <h2 class="only-mid">Drop a folder here</h2>
      <div class="row wrap"><button class="btn primary" id="choose-folder" @click=${choose}>${icon('folder')}Choose a folder</button></div>
      ${host.pickFolder === undefined ? addFolderForm(actions) : nothing}
    </div>
    ${host.pickFolder === undefined ? browsedPlaces(state, actions) : nothing}
    <div class="steps">
      <div><b>${icon('said')}Speech and subtitles</b>Subtitle files beside a video are read at once.</div>
      <div><b>${icon('screen')}Text on screen</b>Slides, terminals and signs become searchable.</div>
      <div><b>${icon('models')}Models are optional</b>They add transcription, descriptions and search by meaning.</div>
    </div>
  </div></main>`;
}
