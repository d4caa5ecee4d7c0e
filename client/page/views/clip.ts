import { html, nothing, type TemplateResult } from 'lit';
import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { clock, kindName } from '../text.ts';

/** What describes a clip as a whole, in this order. */
const KINDS: readonly EvidenceKind[] = ['caption', 'screenText', 'facts'];

/** The clip that plays: its caption and its Facts side by side, each with the describer that made it. */
export function clipCard(video: VideoResult, clip: TimeRange | undefined): TemplateResult | typeof nothing {
  if (clip === undefined) return nothing;
  const told = KINDS.flatMap((kind) =>
    video.lines.filter(
      (line) => line.kind === kind && line.startMs < clip.endMs && line.endMs > clip.startMs,
    ),
  ).slice(0, 6);
  if (told.length === 0) return nothing;
  return html`<section class="clip-card" aria-label="This clip">
    <h3>This clip <span class="time">${clock(clip.startMs)} - ${clock(clip.endMs)}</span></h3>
    <dl>
      ${told.map(
        ({ kind, text, source, corrected }) =>
          html`<dt>${kindName(kind)}</dt>
            <dd>${bare(kind, text)} <span class="quiet">${made(kind, source)}${corrected ? ' corrected' : ''}</span></dd>`,
      )}
    </dl>
  </section>`;
}

/** Measured lines begin with what they are, which stands beside them here. */
const bare = (kind: EvidenceKind, text: string) => (kind === 'facts' ? text.replace(/^\p{L}+: /u, '') : text);

const made = (kind: EvidenceKind, source: string) => (source === kindName(kind) ? '' : `by ${source}`);
