import { html, nothing, type TemplateResult } from 'lit';
import type { WorkerState } from '../../../server/protocol/workers.ts';
import type { State } from '../state.ts';
import { fileNameOfUri, stageTitle } from '../text.ts';
import { videoLink } from './video-link.ts';
import type { ViewActions } from './view-actions.ts';
import { plural, problemBox } from './view-helpers.ts';

const STATE_NAMES: Readonly<Record<WorkerState['state'], string>> = {
  working: 'Working',
  idle: 'Idle',
  draining: 'Finishing its work',
  silent: 'Does not answer',
};

/** Renders the workers on other computers: what they do, their pace and errors. Nothing without a queue. */
export function workerList({ workers }: State, actions: ViewActions): TemplateResult | typeof nothing {
  if (workers === undefined || workers.queue === '') return nothing;
  const problem =
    workers.problem === undefined
      ? undefined
      : { message: workers.problem, remedy: `Check the queue at ${workers.queue}.` };
  return html`<h3>Workers</h3>
    ${problemBox(problem)}
    ${
      workers.workers.length === 0 && problem === undefined
        ? html`<p class="muted">No worker is connected. This computer does the work.</p>`
        : html`<ul class="work" id="workers">${workers.workers.map((worker) => workerRow(worker, actions))}</ul>`
    }`;
}

function workerRow(
  { host, state, running, done, refused, mediaPace, load, roles, errors }: WorkerState,
  actions: ViewActions,
): TemplateResult {
  const paused = roles.filter((role) => role.paused !== undefined);
  const facts = [
    mediaPace > 0 ? `${mediaPace.toFixed(1)} x real time` : '',
    `load ${load.toFixed(1)}`,
    plural(done, 'task done', 'tasks done'),
    refused > 0 ? `${refused} refused` : '',
  ].filter(Boolean);
  return html`<li>
    <p class="row"><span class="dot ${state === 'silent' ? 'off' : state === 'draining' ? 'warn' : ''}"></span><b>${host}</b>
      <span class="muted">${STATE_NAMES[state]}</span><span class="grow"></span><span class="muted small num">${facts.join(', ')}</span></p>
    ${running.map(
      ({ stage, uri, share }) =>
        html`<p class="muted small">${stageTitle(stage)}, ${videoLink(uri, fileNameOfUri(uri), actions)}, ${Math.floor(share * 100)} %</p>`,
    )}
    ${paused.map(({ role, paused: reason }) => html`<p class="muted small">${role}: ${reason}</p>`)}
    ${errors.slice(0, 1).map((error) => html`<p class="danger small">${error}</p>`)}
  </li>`;
}
