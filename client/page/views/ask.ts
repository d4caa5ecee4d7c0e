import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { findPicture, readPicture } from '../read-picture.ts';
import { hasModel, type State } from '../state.ts';
import { hitList } from './hits.ts';
import { scopeBox } from './scope.ts';
import { threadView } from './thread.ts';
import type { AskViewActions } from './view-actions.ts';
import { submitOnEnter } from './view-helpers.ts';
import { welcome } from './welcome.ts';

const questionField = () => document.querySelector<HTMLElement & { value: string }>('#question');
const questionText = () => questionField()?.value ?? '';

/** Renders the question box, the conversation with its citations, and the moments found. */
export function askView(state: State, actions: AskViewActions): TemplateResult {
  const { asking, store } = actions;
  const submit = (event: Event) => {
    event.preventDefault();
    void asking.ask(questionText());
  };
  const isRunning = state.turn?.state === 'running';
  const acceptsPictures = hasModel(state.status, 'frameEmbedder');
  const onPicture = async (file: File | undefined, event?: Event) => {
    if (file === undefined || !acceptsPictures) return;
    event?.preventDefault();
    try {
      void asking.like({ picture: await readPicture(file) }, `Moments similar to the picture ${file.name}`);
    } catch (error) {
      store.set({ notice: { message: (error as Error).message, remedy: 'Choose a JPEG or PNG file.' } });
    }
  };
  return html`
    <form
      class="question"
      role="search"
      @submit=${submit}
      @keydown=${submitOnEnter(() => void asking.search(questionText()))}
      @paste=${(event: ClipboardEvent) => onPicture(findPicture(event.clipboardData), event)}
      @dragover=${(event: DragEvent) => acceptsPictures && event.preventDefault()}
      @drop=${(event: DragEvent) => onPicture(findPicture(event.dataTransfer), event)}
    >
      <vscode-textfield
        id="question"
        label="Question"
        placeholder="Ask your videos"
        maxlength="10000"
      ></vscode-textfield>
      <vscode-button id="ask" @click=${submit}>Ask</vscode-button>
      <vscode-button id="search" secondary @click=${() => asking.search(questionText())}>Search</vscode-button>
      ${acceptsPictures ? pictureButton(onPicture) : nothing}
      ${isRunning ? html`<vscode-button id="cancel" secondary @click=${asking.cancel}>Cancel</vscode-button>` : nothing}
    </form>
    ${scopeBox(state, store)}
    ${
      state.turn === undefined
        ? welcome(state, actions)
        : html`${threadView(state, state.turn, actions)}
          ${state.turn.state === 'done' ? hitList(state, state.turn, actions) : nothing}`
    }
  `;
}

function pictureButton(onPicture: (file: File | undefined) => Promise<void>): TemplateResult {
  const choose = () => document.querySelector<HTMLInputElement>('#picture')?.click();
  const onChange = (event: Event) => {
    const input = event.target as HTMLInputElement;
    void onPicture(input.files?.[0]);
    input.value = '';
  };
  return html`<vscode-button id="choose-picture" secondary @click=${choose}>Search by picture ...</vscode-button>
    <input id="picture" type="file" accept="image/*" hidden aria-label="Picture to search by" @change=${onChange} />`;
}
