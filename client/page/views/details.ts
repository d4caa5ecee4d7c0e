import { html, nothing, type TemplateResult } from 'lit';
import type { EvidenceKind } from '../../../server/protocol/base.ts';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { formatPageLink } from '../../../server/src/core/domain/page-link.ts';
import { icon } from '../icons.ts';
import type { PlaybackState, State } from '../state.ts';
import { formatTime, kindLabel } from '../text.ts';
import { formatDate } from './moments.ts';
import type { ViewActions } from './view-actions.ts';

/** Lists the kinds of lines that describe a whole clip, in display order. */
const CLIP_KINDS: readonly EvidenceKind[] = ['caption', 'screenText', 'facts'];
/** Limits the characters shown of a text. */
const MAX_TEXT_CHARS = 240;

/** Renders the technical facts: the file, and what was found in the current part by which model. */
export function detailsPanel(
  { nowMs }: State,
  _current: PlaybackState,
  video: VideoResult,
  { library }: ViewActions,
): TemplateResult {
  const { path, bytes, recorded, device, container, streams, durationMs } = video;
  const entry = (name: string, value: unknown) => html`<dt>${name}</dt><dd>${value}</dd>`;
  const source = video.pageUrl === undefined ? undefined : pageLink(video.pageUrl, nowMs);
  const clip = video.clips.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  const tracks = streams.map(({ kind, codec, width, height, language, channels }) =>
    [
      kind,
      codec,
      width && height ? `${width} x ${height}` : '',
      channels ? `${channels} channels` : '',
      language ?? '',
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
  return html`<div class="details">
    <dl>
      ${entry('Recorded', `${formatDate(recorded)}${device === undefined ? '' : `, ${device}`}`)}
      ${entry('Length', formatTime(durationMs))} ${entry('Size', formatBytes(bytes))} ${entry('File', path)}
      ${source === undefined ? nothing : entry('Web page', source)}
      ${entry('Format', [container, ...tracks].filter(Boolean).join('; '))}
    </dl>
    ${
      video.lines.some(({ kind }) => kind === 'speech')
        ? html`<p class="save-subtitles"><button type="button" class="btn" id="save-subtitles" @click=${() => library.openDialog({ kind: 'subtitles', uri: video.uri })}>${icon('subtitles')}Save subtitles</button></p>`
        : nothing
    }
    ${
      clip === undefined
        ? nothing
        : html`<section class="clip-card" aria-label="This part">
            <h3>This part, <span class="num">${formatTime(clip.startMs)} to ${formatTime(clip.endMs)}</span></h3>
            <dl>${describe(video, clip.startMs, clip.endMs)}</dl>
          </section>`
    }
  </div>`;
}

/** Renders a link to a second of the web page that a video came from. */
function pageLink(pageUrl: string, nowMs: number): TemplateResult | undefined {
  const link = formatPageLink(pageUrl, nowMs);
  if (link === undefined) return undefined;
  return html`<a id="page-link" href=${link} target="_blank" rel="noopener noreferrer">${new URL(link).hostname} at ${formatTime(nowMs)}</a>`;
}

function describe({ lines }: VideoResult, startMs: number, endMs: number): readonly unknown[] {
  const inClip = lines.filter((line) => line.startMs < endMs && line.endMs > startMs);
  return CLIP_KINDS.flatMap((kind) => [
    ...Map.groupBy(
      inClip.filter((line) => line.kind === kind),
      ({ source }) => source,
    ),
  ]).map(([source, group]) => descriptionEntry(source, group));
}

function descriptionEntry(source: string, lines: readonly Evidence[]): TemplateResult | typeof nothing {
  const [first] = lines;
  if (first === undefined) return nothing;
  const { kind } = first;
  const text = [...new Set(lines.map(withoutFactName))].join(' · ');
  const attribution = kind === 'facts' ? '' : `by ${source}`;
  const isCorrected = lines.some((line) => line.corrected !== undefined);
  return html`<dt>${kindLabel(kind)}</dt>
    <dd>
      ${text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS).toWellFormed()}…` : text}
      <span class="muted">${attribution}${isCorrected ? ' corrected' : ''}</span>
    </dd>`;
}

/** Returns the text of a line. Facts start with a label, which the list already shows. */
const withoutFactName = ({ kind, text }: Evidence) =>
  kind === 'facts' ? text.replace(/^\p{L}+: /u, '') : text;

/** Formats a size as "12.4 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  if (bytes < 1e9) return `${bytes < 1e7 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
