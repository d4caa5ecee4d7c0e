import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import type { State } from '../state.ts';
import type { ViewActions } from './view-actions.ts';

/** Renders the address of the page for phones and tablets, and the button that allows or forbids it. */
export function otherDevices(
  { networkUrl, isReadOnly }: State,
  { library, copy }: ViewActions,
): TemplateResult | typeof nothing {
  if (isReadOnly) return nothing;
  if (networkUrl === undefined)
    return html`<h3>Phones and tablets</h3>
      <p class="row wrap"><span class="grow muted">They can read this library and play its videos, but change nothing. Allow it only in a network that you trust: the connection is not encrypted.</span>
        <button type="button" class="btn" id="allow-network" @click=${() => library.allowNetwork(true)}>Allow in this network</button></p>`;
  return html`<h3>Phones and tablets</h3>
    <p>Open this address on a device in this network. It can read, but change nothing. Whoever has the address can read too.</p>
    <p class="row wrap"><code class="grow address" id="network-url">${networkUrl}</code>
      <button type="button" class="btn quiet" @click=${() => copy(networkUrl, 'Address copied.')}>${icon('copy')}Copy</button>
      <button type="button" class="btn" id="forbid-network" @click=${() => library.allowNetwork(false)}>Stop allowing</button></p>`;
}
