import assert from 'node:assert/strict';
import test from 'node:test';
import type { EvalPrediction } from '../../server/src/evaluation/item.ts';
import { judgeWithoutModel } from '../../server/src/evaluation/judging/judge-run.ts';
import { compareRuns } from '../../server/src/evaluation/reporting/compare-runs.ts';
import { summariseCosts } from '../../server/src/evaluation/reporting/cost-summary.ts';
import { exportPredictions } from '../../server/src/evaluation/reporting/export-predictions.ts';
import { formatCsvReport } from '../../server/src/evaluation/reporting/format-csv.ts';
import { formatHtmlReport } from '../../server/src/evaluation/reporting/format-html.ts';
import { formatMarkdownReport } from '../../server/src/evaluation/reporting/format-markdown.ts';
import { formatTextTable } from '../../server/src/evaluation/reporting/format-text.ts';
import { toPanelTables } from '../../server/src/evaluation/reporting/panel-table.ts';
import { toPaperTables } from '../../server/src/evaluation/reporting/paper-table.ts';
import { summariseRun } from '../../server/src/evaluation/reporting/run-report.ts';
import { toRunTables } from '../../server/src/evaluation/reporting/run-tables.ts';
import { toVariantTables } from '../../server/src/evaluation/reporting/variant-table.ts';
import type { RunInfo } from '../../server/src/evaluation/running/run-set.ts';
import { DEFAULT_RUN_SETTINGS } from '../../server/src/evaluation/running/run-settings.ts';
import { findSet } from '../../server/src/evaluation/sets/all-sets.ts';

/** Ten questions on five videos: `right` of them are answered right, the citation of every other answer is wrong. */
function record(name: string, set: string, right: number, hostile = '') {
  const predictions = Array.from({ length: 10 }, (_, i): EvalPrediction => {
    const task = findSet(set)?.task ?? 'open';
    const video = `v${i % 5}`;
    return {
      id: `${set}:${i}`,
      video,
      task,
      question: `Question ${i}?${hostile}`,
      ...(task === 'choice' ? { options: ['red', 'blue'] } : {}),
      gold: { text: 'red', index: 0, spans: [[10, 20]] },
      labels: { show: i < 5 ? 'first' : 'second' },
      pred: i < right ? `It is red${hostile} [1].` : `It is blue${hostile} [1].`,
      ...(task === 'choice' ? { choice: i < right ? 0 : 1 } : {}),
      citations: [{ video, startMs: i % 2 === 0 ? 12_000 : 50_000, endMs: 60_000 }],
      hits: [{ video, startMs: 12_000, endMs: 18_000, score: 1, why: 'caption' }],
      abstained: false,
      key: `${name}${i}`,
    };
  });
  const info: RunInfo = {
    name,
    set,
    setDigest: 'd',
    items: predictions.map(({ id }) => id),
    settings: DEFAULT_RUN_SETTINGS,
    seed: 0,
    models: [],
    build: 'test',
    platform: 'linux x64',
  };
  return {
    info,
    predictions,
    judge: 'exact',
    verdicts: judgeWithoutModel(predictions),
    costs: predictions.map(({ id }, i) => ({
      id,
      searchMs: 10 + i,
      answerMs: 100,
      searchSpent: { processorMs: 20, acceleratorMs: 0 },
      answerSpent: { processorMs: 300, acceleratorMs: 50 },
      usage: { calls: 1, tokensIn: 1000, tokensOut: 20 },
    })),
    indexing: [
      {
        seconds: 12.5,
        videos: 5,
        clips: 20,
        mediaSeconds: 50,
        spent: { processorMs: 18_000, acceleratorMs: 4000 },
        failed: [],
      },
    ],
  };
}

function reported(...args: Parameters<typeof record>) {
  const adapter = findSet(args[1]);
  assert.ok(adapter);
  return { report: summariseRun(record(...args)), adapter };
}

test('given a run on a set of the paper, when its table is made, then our row stands below the published ones with interval and reasons', () => {
  const [table] = toPaperTables([reported('mine', 'tvqa-long', 6)]);
  assert.ok(table);
  const text = formatTextTable(table);
  assert.match(text, /Goldfish \(paper\) +V\+T +31\.49 +2\.48 .*41\.78 +3\.21/);
  assert.match(text, /LLaMA-VID +V\+T +41\.40 † +3\.07 †/);
  assert.match(text, /this Goldfish: mine +V\+T .*60\.00 \[\d+\.\d, \d+\.\d\] ‡/);
  assert.match(text, /‡ mine: the option named decides, not a judge; 10 items \(15,253/);
});

test('given a run on an open set, when its table is made, then accuracy and score are in its columns', () => {
  const [table] = toPaperTables([reported('mine', 'msvd-qa', 7)]);
  const row = table?.rows.at(-1);
  const cellOf = (column: string) => row?.[table?.header.indexOf(column) ?? -1];
  assert.match(cellOf('MSVD') ?? '', /^70\.00 \[/);
  assert.equal(cellOf('MSVD score'), '3.50 ‡');
  assert.equal(cellOf('MSRVTT'), '-');
  assert.match(table?.notes.join('\n') ?? '', /judged by exact, the paper by gpt-3\.5-turbo/);
});

test('given a run, when all its tables are made, then groups, citations, retrieval and cost are in them', () => {
  const { report, adapter } = reported('mine', 'tvqa-long', 6);
  const text = toRunTables(report, adapter).map(formatTextTable).join('\n');
  assert.match(text, /accuracy +60\.00 % \(6 of 10\)/);
  assert.match(text, /first +100\.00 %/);
  assert.match(text, /right answers that cite a right place +50\.00 % of 6/);
  assert.match(text, /clip recall R@1 \(30 s\) +100\.00 %/);
  assert.match(text, /indexing +5 videos +12\.5 s +18\.0 s +4\.0 s +- +- +- +-/);
  assert.match(text, /answers, their search included +10 items +1\.0 s +3\.0 s +0\.5 s +10 +10000 +200 +-/);
  assert.match(
    text,
    /search for the figures of what was found +10 items +0\.1 s +0\.2 s +0\.0 s +- +- +- +-/,
  );
  assert.match(text, /answer p50, p99 +100 ms, 100 ms/);
  assert.match(text, /indexing an hour of video +15\.0 min/);
  assert.match(text, /always the most frequent option +100\.00 %/);
});

test('given prices and a judge that costs, when a report is written, then every format has time, tokens and money of each stage', () => {
  const judging = {
    calls: 10,
    tokensIn: 3300,
    tokensOut: 150,
    dollars: 0.25,
    items: 10,
    seconds: 36,
    spent: { processorMs: 500, acceleratorMs: 0 },
  };
  const adapter = findSet('tvqa-long');
  assert.ok(adapter);
  const prices = { answerer: { input: 10, output: 100 }, machineHour: 10 };
  const report = summariseRun({ ...record('mine', 'tvqa-long', 6), judging }, prices);
  const dollars = Object.fromEntries(report.cost.stages.map((stage) => [stage.stage, stage.dollars]));
  // Seconds of the machine at 10 dollars an hour; 10,000 and 200 tokens; what the judge took.
  assert.ok(Math.abs((dollars.indexing ?? 0) - 125 / 3600) < 1e-9);
  assert.ok(Math.abs((dollars.answers ?? 0) - (10 / 3600 + 0.1 + 0.02)) < 1e-9);
  assert.ok(Math.abs((dollars.judging ?? 0) - (0.25 + 0.1)) < 1e-9);
  const tables = toRunTables(report, adapter);
  const formats = {
    text: tables.map(formatTextTable).join('\n'),
    markdown: formatMarkdownReport(tables),
    html: formatHtmlReport(tables, [report], () => undefined),
    csv: formatCsvReport(tables),
    json: JSON.stringify({ tables, reports: [report] }),
  };
  for (const [format, text] of Object.entries(formats)) {
    for (const cell of [
      'Processor',
      'Accelerator',
      'Tokens in',
      '18.0 s',
      '10000',
      '$0.1228',
      '$0.3500',
      '3300',
      '15.0 min, $2.50',
    ])
      assert.ok(text.includes(cell), `${format} has no ${cell}`);
  }
});

test('given shards, calls that were repeated, reused answers and models that do not count, when costs are added up, then nothing counts twice or is made up', () => {
  const { costs, indexing } = record('mine', 'tvqa-long', 6);
  const [first] = indexing;
  const [item] = costs;
  assert.ok(first && item);
  const summary = summariseCosts({
    costs: [
      { ...item, usage: { calls: 2, tokensIn: 500, tokensOut: 10, untold: 1 } },
      { ...item, usage: undefined },
      { id: 'older', searchMs: 5, answerMs: 10 },
    ],
    indexing: [
      { ...first, shard: '1-of-2' },
      { ...first, seconds: 1, shard: '1-of-2' },
      { ...first, videos: 4, clips: 8, mediaSeconds: 30, shard: '2-of-2' },
    ],
  });
  assert.deepEqual([summary.videos, summary.clips, summary.mediaSeconds], [9, 28, 80]);
  assert.equal(summary.asked, 2);
  const [indexed, answers] = summary.stages;
  assert.equal(indexed?.seconds, 26);
  assert.deepEqual([answers?.calls, answers?.tokensIn, answers?.tokensOut, answers?.untold], [2, 500, 10, 1]);
  assert.equal(answers?.processorSeconds, 0.6);
  assert.equal(answers?.dollars, undefined);
});

test('given a set of moments, when its tables are made, then they have the figures of QVHighlights', () => {
  const { report, adapter } = reported('mine', 'qvhighlights', 0);
  assert.equal(report.accuracy, undefined);
  const text = toRunTables(report, adapter).map(formatTextTable).join('\n');
  assert.match(text, /full +10 +100\.00 % +0\.00 %/);
});

test('given hostile texts, when a report is written, then no format lets them act', () => {
  const hostile = ' <script>alert(1)</script> | =1+1 "x"\n# y';
  const { report, adapter } = reported('mine', 'msvd-qa', 2, hostile);
  const tables = [
    ...toRunTables(report, adapter),
    { title: 't', header: ['a'], rows: [['=1+1'], ['a|b'], ['-5'], ['-x'], ['"q"']], notes: [] },
  ];
  const html = formatHtmlReport(tables, [report], (_, video) => `file:///v/${video}.mp4`);
  assert.doesNotMatch(html, /<script/);
  assert.match(html, /default-src 'none'/);
  assert.equal(html.match(/<article/g)?.length, 8);
  assert.match(html, /src="file:\/\/\/v\/v2\.mp4#t=12\.000,18\.000"/);
  const csv = formatCsvReport(tables);
  assert.match(csv, /\n|^t,'=1\+1$/m);
  assert.match(csv, /^t,-5$/m);
  assert.match(csv, /^t,'-x$/m);
  assert.match(csv, /^t,"""q"""$/m);
  assert.match(formatMarkdownReport(tables), /a\\\|b/);
});

test('given two runs, when they are compared, then items, p and conclusion are those of the pairs', () => {
  const run = (name: string, right: number) => ({ name, ...record(name, 'tvqa-long', right) });
  const comparison = compareRuns(run('a', 2), run('b', 8));
  assert.equal(comparison.items, 10);
  assert.equal(Math.round(comparison.difference * 100), 60);
  assert.equal(comparison.changed.length, 6);
  assert.ok(comparison.changed.every(({ better }) => better === 'b'));
  // 2 * 1/2^6.
  assert.ok(Math.abs(comparison.p - 0.03125) < 1e-9);
  assert.equal(comparison.isDifferent, true);
  const same = compareRuns(run('a', 5), run('b', 5));
  assert.equal(same.isDifferent, false);
  assert.equal(same.p, 1);
});

test('given several runs of one set, when a table of variants is made, then p is corrected for their number', () => {
  const [table] = toVariantTables([
    reported('k1', 'tvqa-long', 2),
    reported('k3', 'tvqa-long', 8),
    reported('k5', 'tvqa-long', 3),
  ]);
  assert.deepEqual(
    table?.rows.map((row) => [row[0], row[5]]),
    [
      ['k1', ''],
      ['k3', '0.063 (no difference seen)'],
      ['k5', '1.0 (no difference seen)'],
    ],
  );
});

test("given predictions, when they are exported, then they are in the evaluator's format", () => {
  const { predictions: open } = record('a', 'msvd-qa', 1);
  const [first] = JSON.parse(exportPredictions(open.slice(0, 1), 'video-chatgpt'));
  assert.deepEqual(first, { video_name: 'v0', A: 'red', Q: 'Question 0?', pred: 'It is red.' });
  const { predictions: moments } = record('a', 'qvhighlights', 1);
  const withoutHits = moments.slice(1, 2).map((prediction) => ({ ...prediction, hits: [] }));
  const lines = exportPredictions([...moments.slice(0, 1), ...withoutHits], 'qvhighlights')
    .trim()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      { qid: 0, query: 'Question 0?', vid: 'v0', pred_relevant_windows: [[12, 18, 1]] },
      { qid: 1, query: 'Question 1?', vid: 'v1', pred_relevant_windows: [[0, 0, 0]] },
    ],
  );
  assert.equal(exportPredictions(moments.slice(0, 1), 'charades'), 'v0 12 18##Question 0?\n');

  const { predictions: choices } = record('a', 'lvbench', 1);
  const two = choices
    .slice(0, 2)
    .map((prediction, i) => (i === 0 ? prediction : { ...prediction, choice: undefined }));
  assert.deepEqual(JSON.parse(exportPredictions(two, 'lvbench')), { 0: 'A' });
  assert.deepEqual(JSON.parse(exportPredictions(choices.slice(1, 2), 'egoschema')), { 1: 1 });
  assert.deepEqual(JSON.parse(exportPredictions(choices.slice(0, 2), 'hourvideo')), {
    v0: { benchmark_dataset: [{ qid: '0', predicted_answer_label: 'A' }] },
    v1: { benchmark_dataset: [{ qid: '1', predicted_answer_label: 'B' }] },
  });
  const [sample] = exportPredictions(choices.slice(1, 2), 'lmms-eval').trim().split('\n');
  assert.deepEqual(JSON.parse(sample ?? ''), {
    doc_id: 0,
    doc: { id: '1', video: 'v1', question: 'Question 1?', options: ['red', 'blue'] },
    target: 'A',
    resps: [['It is blue [1].']],
    filtered_resps: ['B'],
  });
});

test('given confidences, when a run is summarised, then it is told how well they tell right answers from wrong ones', () => {
  const whole = record('a', 'lvbench', 4);
  const predictions = whole.predictions.map((prediction, i) => ({
    ...prediction,
    confidence: i < 5 ? 0.9 : 0.2,
  }));
  const { confidence } = summariseRun({ ...whole, predictions });
  // Four right ones at 0.9; of six wrong ones one is at 0.9: (4 * 5 + 4 * 0.5) / 24.
  assert.ok(Math.abs((confidence ?? 0) - 22 / 24) < 1e-9);
});

test('given runs on moments, when they are compared, then a moment counts as found by one of the first 3 hits', () => {
  const run = (name: string, found: number) => {
    const { predictions } = record(name, 'qvhighlights', 10);
    const moved = predictions.map((prediction, i) =>
      i < found
        ? prediction
        : { ...prediction, hits: prediction.hits.map((hit) => ({ ...hit, startMs: 70_000, endMs: 80_000 })) },
    );
    return { name, predictions: moved, verdicts: judgeWithoutModel(moved) };
  };
  const { items, accuracyA, accuracyB, changed } = compareRuns(run('a', 4), run('b', 10));
  assert.deepEqual([items, accuracyA, accuracyB, changed.length], [10, 0.4, 1, 6]);
});

test('given verdicts of three judges, when a panel is laid out, then pairs agree by kappa, and the majority decides', () => {
  const judge = (name: string, matches: readonly (boolean | undefined)[]) => ({
    judge: name,
    verdicts: matches.map((match, i) => ({ id: String(i), outcome: 'judged' as const, matches: match })),
  });
  const judges = [
    judge('a', [true, true, false, false]),
    judge('b', [true, true, false, true]),
    judge('c', [true, false, undefined, true]),
  ];
  const [table] = toPanelTables('run', judges);
  assert.deepEqual(table?.rows[0], ['a and b', '4', '75.00 %', '0.50']);
  assert.deepEqual(table?.rows[1]?.slice(0, 3), ['a and c', '3', '33.33 %']);
  assert.match(table?.notes[0] ?? '', /75\.00 % of 4/);
  assert.deepEqual(toPanelTables('run', judges.slice(0, 1)), []);
});
