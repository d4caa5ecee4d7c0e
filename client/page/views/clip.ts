import { html, nothing, type TemplateResult } from 'lit';
import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { clock, kindName } from '../text.ts';

/** What describes a clip as a whole, in this order. */
const KINDS: readonly EvidenceKind[] = ['caption', 'screenText', 'facts'];
/** Characters shown of what stands on the screen. */
const LONGEST = 240;

/** The clip that plays: its caption and its Facts side by side, each with the describer that made it. */
export function clipCard(video: VideoResult, clip: TimeRange | undefined): TemplateResult | typeof nothing {
  if (clip === undefined) return nothing;
  const here = video.lines.filter((line) => line.startMs < clip.endMs && line.endMs > clip.startMs);
  const told = KINDS.flatMap((kind) => [...bySource(here.filter((line) => line.kind === kind))]);
  if (told.length === 0) return nothing;
  return html`<section class="clip-card" aria-label="This clip">
    <h3>This clip <span class="time">${clock(clip.startMs)} - ${clock(clip.endMs)}</span></h3>
    <dl>${told.map(([source, lines]) => described(source, lines))}</dl>
  </section>`;
}

const bySource = (lines: readonly Evidence[]) => Map.groupBy(lines, ({ source }) => source);

function described(source: string, lines: readonly Evidence[]): TemplateResult | typeof nothing {
  const [first] = lines;
  if (first === undefined) return nothing;
  const { kind } = first;
  const text = [...new Set(lines.map((line) => bare(line)))].join(' · ');
  const by = source === kindName(kind) ? '' : `by ${source}`;
  const corrected = lines.some((line) => line.corrected !== undefined);
  return html`<dt>${kindName(kind)}</dt>
    <dd>
      ${text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text}
      <span class="quiet">${by}${corrected ? ' corrected' : ''}</span>
    </dd>`;
}

/** Measured lines begin with what they are, which stands beside them here. */
const bare = ({ kind, text }: Evidence) => (kind === 'facts' ? text.replace(/^\p{L}+: /u, '') : text);
