import { formatTime } from '../../core/domain/format-time.ts';
import { formatOption } from '../choices/parse-choice.ts';
import type { EvalPrediction, PredictedRange, SpanSeconds } from '../item.ts';
import type { ReportTable } from './paper-table.ts';
import type { RunReport, WrongAnswer } from './run-report.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.5rem 0}th,td{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}
article{border-top:2px solid #ccc;padding:1rem 0}video{max-width:20rem;display:block}figure{display:inline-block;margin:.5rem 1rem .5rem 0;vertical-align:top}
.wrong{color:#a00}.right{color:#060}@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}th,td,article{border-color:#555}.wrong{color:#f88}.right{color:#8d8}}`;

function tableToHtml({ title, header, rows, notes }: ReportTable): string {
  const toRow = (tag: 'td' | 'th', cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return [
    `<h2>${escapeHtml(title)}</h2><table>`,
    toRow('th', header),
    ...rows.map((row) => toRow('td', row)),
    '</table>',
    ...notes.map((note) => `<p>${escapeHtml(note)}</p>`),
  ].join('\n');
}

/** A player at a range. Nothing is loaded before it is played. */
function playerToHtml(uri: string | undefined, span: SpanSeconds, caption: string): string {
  const times = span.map((second) => second.toFixed(3)).join(',');
  const player =
    uri === undefined ? '' : `<video controls preload="none" src="${escapeHtml(uri)}#t=${times}"></video>`;
  const label = `${caption} ${formatTime(span[0] * 1000)} to ${formatTime(span[1] * 1000)}`;
  return `<figure>${player}<figcaption>${escapeHtml(label)}</figcaption></figure>`;
}

const toSeconds = ({ startMs, endMs }: PredictedRange): SpanSeconds => [startMs / 1000, endMs / 1000];

/** Most hits of a wrong answer that are shown. */
const SHOWN_HITS = 3;

function describeGold({ gold, options }: EvalPrediction): string {
  return gold.index !== undefined && options ? formatOption(options, gold.index) : (gold.text ?? '');
}

function wrongToHtml(
  { prediction, verdict }: WrongAnswer,
  uriOf: (video: string) => string | undefined,
): string {
  const { id, video, question, options = [], pred, choice, citations, hits, gold } = prediction;
  const reason = verdict?.reason ?? (verdict?.outcome === 'judged' ? '' : (verdict?.outcome ?? ''));
  return [
    `<article id="${escapeHtml(id)}"><h3>${escapeHtml(question)}</h3>`,
    `<p>${escapeHtml(`${id}, video ${video}`)}${reason ? escapeHtml(`: ${reason}`) : ''}</p>`,
    options.length > 0
      ? `<p>${options.map((_, i) => escapeHtml(formatOption(options, i))).join('<br>')}</p>`
      : '',
    `<p class="right">Right: ${escapeHtml(describeGold(prediction))}</p>`,
    `<p class="wrong">Answer: ${escapeHtml(pred || '(none)')} ${escapeHtml(choice === undefined ? '' : `→ ${formatOption(options, choice)}`)}</p>`,
    ...(gold.spans ?? []).map((span) => playerToHtml(uriOf(video), span, 'Gold span:')),
    ...citations.map((range) => playerToHtml(uriOf(range.video), toSeconds(range), 'Cited:')),
    ...hits
      .slice(0, SHOWN_HITS)
      .map((hit, i) => playerToHtml(uriOf(hit.video), toSeconds(hit), `Hit ${i + 1}, ${hit.why}:`)),
    '</article>',
  ].join('\n');
}

/** Formats a report as one page that needs no network: tables, then each wrong answer with its places to play. */
export function formatHtmlReport(
  tables: readonly ReportTable[],
  reports: readonly RunReport[],
  uriOf: (set: string, video: string) => string | undefined,
): string {
  const wrong = reports.flatMap((report) =>
    report.wrong.length === 0
      ? []
      : [
          `<h2>${escapeHtml(`${report.name}: ${report.wrong.length} answers that are wrong or have no verdict`)}</h2>`,
          ...report.wrong.map((answer) => wrongToHtml(answer, (video) => uriOf(report.set, video))),
        ],
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Goldfish evaluation</title>',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; media-src file: http://127.0.0.1:*">`,
    `<style>${STYLE}</style></head><body><h1>Goldfish evaluation</h1>`,
    ...tables.map(tableToHtml),
    ...wrong,
    '</body></html>\n',
  ].join('\n');
}
