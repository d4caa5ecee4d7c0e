import { html, nothing, type TemplateResult } from 'lit';
import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { formatTime, kindLabel } from '../text.ts';

/** Lists the kinds of lines that describe a whole clip, in display order. */
const CLIP_KINDS: readonly EvidenceKind[] = ['caption', 'screenText', 'facts'];
/** Limits the characters shown of a text. */
const MAX_TEXT_CHARS = 240;

/** Renders the descriptions of the current clip, each with its source. */
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
  const attribution = kind === 'facts' ? '' : `by ${source}`;
  const isCorrected = lines.some((line) => line.corrected !== undefined);
  return html`<dt>${kindLabel(kind)}</dt>
    <dd>
      ${text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS).toWellFormed()}…` : text}
      <span class="quiet">${attribution}${isCorrected ? ' corrected' : ''}</span>
    </dd>`;
}

/** Returns the text of a line. Facts start with a label, which the card already shows. */
const withoutFactName = ({ kind, text }: Evidence) =>
  kind === 'facts' ? text.replace(/^\p{L}+: /u, '') : text;
