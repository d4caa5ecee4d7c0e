import { html, nothing, type TemplateResult } from 'lit';
import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { formatTime, kindLabel } from '../text.ts';

/** What describes a clip as a whole, in this order. */
const CLIP_KINDS: readonly EvidenceKind[] = ['caption', 'screenText', 'facts'];
/** Characters shown of what stands on the screen. */
const MAX_TEXT_CHARS = 240;

/** The clip that plays: its caption and its Facts side by side, each with the describer that made it. */
export function clipCard(video: VideoResult, clip: TimeRange | undefined): TemplateResult | typeof nothing {
  if (clip === undefined) return nothing;
  const clipLines = video.lines.filter((line) => line.startMs < clip.endMs && line.endMs > clip.startMs);
  const describedLines = CLIP_KINDS.flatMap((kind) => [
    ...groupBySource(clipLines.filter((line) => line.kind === kind)),
  ]);
  if (describedLines.length === 0) return nothing;
  return html`<section class="clip-card" aria-label="This clip">
    <h3>This clip <span class="time">${formatTime(clip.startMs)} - ${formatTime(clip.endMs)}</span></h3>
    <dl>${describedLines.map(([source, lines]) => descriptionEntry(source, lines))}</dl>
  </section>`;
}

const groupBySource = (lines: readonly Evidence[]) => Map.groupBy(lines, ({ source }) => source);

function descriptionEntry(source: string, lines: readonly Evidence[]): TemplateResult | typeof nothing {
  const [first] = lines;
  if (first === undefined) return nothing;
  const { kind } = first;
  const text = [...new Set(lines.map((line) => withoutFactName(line)))].join(' · ');
  const attribution = source === kindLabel(kind) ? '' : `by ${source}`;
  const isCorrected = lines.some((line) => line.corrected !== undefined);
  return html`<dt>${kindLabel(kind)}</dt>
    <dd>
      ${text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS).toWellFormed()}…` : text}
      <span class="quiet">${attribution}${isCorrected ? ' corrected' : ''}</span>
    </dd>`;
}

/** Measured lines begin with what they are, which stands beside them here. */
const withoutFactName = ({ kind, text }: Evidence) =>
  kind === 'facts' ? text.replace(/^\p{L}+: /u, '') : text;
