import assert from 'node:assert/strict';
import test from 'node:test';
import { toEvidenceClips } from '../../server/src/answering/evidence.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { NO_ANSWER } from '../../server/src/core/generation/answer-prompt.ts';
import { SUMMARY_QUESTION, summaryFingerprint } from '../../server/src/core/generation/video-summary.ts';
import { legacyHashText } from '../../server/src/core/text/legacy-hash.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { asking } from '../support/ask-with-model.ts';
import { cues, uriOf } from '../support/transcripts.ts';

/** Three hours and more: a sentence in each of its 30 s clips. */
const CLIPS = 380;
const marathon = {
  path: '/videos/marathon.mp4',
  own: cues(
    Array.from(
      { length: CLIPS },
      (_, i) => `${i * 30} The runner passes stone ${i}${i % 95 === 7 ? ' and a red gate' : ''}.`,
    ).join('\n'),
  ),
};
const lecture = (name: string, text: string) => ({ path: `/talks/${name}.mp4`, own: cues(text) });
const talks = [
  lecture('bees', '0 Bees dance to tell where flowers are.\n40 A hive holds one queen.'),
  lecture('whales', '0 Whales sing over hundreds of miles.\n40 They sleep upright.'),
  lecture('ants', '0 Ants farm fungi.\n40 They build bridges of themselves.'),
];
const inTalks = { uris: ['file:///talks'] };

const numbersIn = (prompt: string) => [...prompt.matchAll(/^Evidence \[(\d+)\]/gm)].map(([, n]) => Number(n));
const isSummary = (prompt: string) => prompt.includes(SUMMARY_QUESTION);
/** One sentence for each piece of evidence; of notes, the first and the last sentence. */
function sumUp(prompt: string): string {
  const numbers = numbersIn(prompt);
  if (numbers.length > 0) return numbers.map((n) => `Part ${n} is told [${n}].`).join(' ');
  const notes = prompt.match(/[^.\n"]+ \[\d+\]\./g) ?? [];
  return [notes[0], notes.at(-1)].join(' ').trim();
}

test('given a video of three hours, when summarised, then every clip is read and the summary is reused', async () => {
  const { ask, asked, store } = await asking([marathon], { says: sumUp, words: 300 });
  const first = await ask('What is the marathon about?');
  const read = asked.flatMap((messages) => numbersIn(messages.at(-1)?.text ?? ''));
  assert.deepEqual(
    [...new Set(read)].sort((a, b) => a - b),
    Array.from({ length: CLIPS }, (_, i) => i + 1),
  );
  assert.equal(read.length, CLIPS, 'each clip was read once');
  assert.equal(first.grounded, true);
  assert.equal(first.citations.at(-1)?.startMs, (CLIPS - 1) * 30_000, 'it leads to the last clip');
  const before = asked.length;
  const second = await ask('Summarise the marathon');
  assert.equal(asked.length - before, 1, 'one call: the summary is there');
  assert.deepEqual(numbersIn(asked.at(-1)?.at(-1)?.text ?? ''), []);
  assert.ok(second.citations.length > 0);
  const rows = await store.descriptions(marathon.path, uriOf(marathon.path), ['summary']);
  assert.equal(rows.length, 1);
  assert.deepEqual(rows[0]?.lines, [], 'a summary has no lines: nothing takes it for evidence');
  assert.ok((rows[0]?.notes?.length ?? 0) > 0);
  for (const { clips } of rows[0]?.notes ?? []) assert.ok(clips.length > 0);
});

test('given a summary stored before layout 3 of the index, when summarised, then it is reused', async () => {
  const { ask, asked, store, catalogue } = await asking([marathon], { says: sumUp, words: 300 });
  await ask('What is the marathon about?');
  const copy = catalogue.copy(uriOf(marathon.path));
  const record = copy && catalogue.video(copy.videoId);
  assert.ok(copy && record);
  const { videoId, uri } = copy;
  const rows = await store.descriptions(videoId, uri);
  const sources = toEvidenceClips(
    copy,
    record.clips,
    rows.filter(({ stage }) => stage !== 'summary'),
  );
  const summaries = rows.filter(({ stage }) => stage === 'summary');
  const older = summaries.map((row) => ({
    ...row,
    recipe: summaryFingerprint(row.describer, sources, legacyHashText),
  }));
  assert.notDeepEqual(older, summaries);
  await store.commit({ descriptions: [{ videoId, uri, stage: 'summary', rows: older }] });
  const before = asked.length;
  await ask('Summarise the marathon');
  assert.equal(asked.length - before, 1, 'one call: the summary is there');
  assert.deepEqual(await store.descriptions(videoId, uri, ['summary']), older);
});

test('given a folder, when asked, then the summaries of its videos are made once and clips of each are cited', async () => {
  const says = (prompt: string) => {
    if (isSummary(prompt)) return sumUp(prompt);
    const notes = prompt.match(/[^.\n]+ \[\d+\]\./g) ?? [];
    return notes.map((note, i) => `Talk note ${i}${/ \[\d+\]\.$/.exec(note)?.[0]}`).join(' ');
  };
  const { ask, asked } = await asking(talks, { says });
  const { answer, citations } = await ask('Summarise these videos', { scope: inTalks, k: 1 });
  assert.equal(asked.filter((messages) => isSummary(messages.at(-1)?.text ?? '')).length, talks.length);
  assert.equal(new Set(citations.map(({ uri }) => uri)).size, talks.length, answer);
  for (const name of ['bees', 'whales', 'ants'])
    assert.match(asked.at(-1)?.at(-1)?.text ?? '', new RegExp(`In "${name}": Part 1 is told \\[\\d+\\]\\.`));
  const before = asked.length;
  await ask('Give me an overview', { scope: inTalks });
  assert.equal(asked.length - before, 1);
});

test('given changed text or another model, when asked, then the summary is made again', async () => {
  const store = createMemoryStore();
  const summaries = (asked: readonly (readonly { readonly text: string }[])[]) =>
    asked.filter((messages) => isSummary(messages.at(-1)?.text ?? '')).length;
  const first = await asking(talks, { says: sumUp, store });
  await first.ask('Summarise these videos', { scope: inTalks });
  const same = await asking(talks, { says: sumUp, store });
  await same.ask('Summarise these videos', { scope: inTalks });
  assert.equal(summaries(same.asked), 0);
  await same.ask('Summarise these videos', { scope: inTalks, answerer: same.answerer('other') });
  assert.equal(summaries(same.asked), 3, 'another model');
  const [bees, ...rest] = talks;
  assert.ok(bees);
  const seen = cues('0 A bee.\n', { kind: 'caption', source: 'seer' });
  const third = await asking([{ ...bees, own: [...bees.own, ...seen] }, ...rest], { says: sumUp, store });
  await third.ask('Summarise these videos', { scope: inTalks, answerer: third.answerer('other') });
  assert.equal(summaries(third.asked), 1, 'a caption came');
});

test('given the whole library, when asked, then the newest k videos are used; named ones are all used', async () => {
  const { ask, asked } = await asking(talks, { says: sumUp });
  await ask('What is it about?', { k: 2 });
  assert.equal(asked.filter((messages) => isSummary(messages.at(-1)?.text ?? '')).length, 2);
});

test('given a model that summarises without citations, when asked, then nothing is stored and quotes answer', async () => {
  const { ask, store } = await asking(talks, { says: () => 'It is all about animals.' });
  const { answer, citations } = await ask('Summarise these videos', { scope: inTalks });
  assert.doesNotMatch(answer, /all about animals/);
  assert.ok(citations.length > 0);
  for (const { path } of talks)
    assert.deepEqual(await store.descriptions(path, uriOf(path), ['summary']), []);
});

test("given a list of all clips, when counted, then the count is that of the cited moments, not the model's", async () => {
  const { ask, asked } = await asking([marathon], {
    words: 300,
    says: (prompt) => {
      const gates = prompt.split('\n\n').flatMap((block) => {
        const n = /^Evidence \[(\d+)\]/.exec(block)?.[1];
        return n && block.includes('red gate') ? [`The runner passes a red gate [${n}].`] : [];
      });
      return gates.length > 0
        ? `It happens seven times [1].\n${gates.join('\n')}\nIn total 99 [2].`
        : NO_ANSWER;
    },
  });
  const { answer, citations } = await ask('How many times does the runner pass a red gate?', { k: 1 });
  const read = asked.flatMap((messages) => numbersIn(messages.at(-1)?.text ?? ''));
  assert.equal(read.length, CLIPS);
  assert.deepEqual(
    citations.map(({ startMs }) => startMs / 30_000),
    [7, 102, 197, 292],
  );
  assert.match(answer, /\n4 moments in total\.$/);
  assert.doesNotMatch(answer, /seven|99/);
});

test('given a moment listed twice, when counted, then it counts once; two in one clip count as two', async () => {
  const { ask } = await asking(
    [
      lecture(
        'pond',
        '2 A frog jumps into the green pond.\n9 The heron stands still.\n15 A toad leaps after it at once.',
      ),
    ],
    {
      says: () => 'A frog jumps [1].\nThe frog jumps in [1].\nA toad leaps [1].',
    },
  );
  const { answer, citations } = await ask('List all animals that jump');
  assert.deepEqual(
    citations.map(({ quote }) => quote),
    ['A frog jumps into the green pond.', 'A toad leaps after it at once.'],
  );
  assert.match(answer, /\n2 moments in total\.$/);
});

test('given a large library, when listed, then the matches are read and a notice says so; -1 reads all', async () => {
  const second = { ...marathon, path: '/videos/second marathon.mp4', videoId: 'second' };
  const says = (prompt: string) =>
    prompt
      .split('\n\n')
      .flatMap((block) => {
        const n = /^Evidence \[(\d+)\]/.exec(block)?.[1];
        return n && block.includes('red gate') ? [`The runner passes a red gate [${n}].`] : [];
      })
      .join('\n') || NO_ANSWER;
  const { ask, asked } = await asking([marathon, second], { says, words: 3000 });
  const some = await ask('How many times does the runner pass a red gate?');
  assert.match(some.answer, /Only the \d+ best matches of 760 clips were read/);
  const before = asked.length;
  const all = await ask('How many times does the runner pass a red gate?', { k: -1 });
  const read = asked.slice(before).flatMap((messages) => numbersIn(messages.at(-1)?.text ?? ''));
  assert.equal(read.length, 2 * CLIPS);
  assert.match(all.answer, /\n8 moments in total\.$/);
});

test('given places that state a rate, when asked how often, then the model answers from them without a list', async () => {
  const team = lecture(
    'team',
    '0 The whole team likes to meet in the library.\n40 We meet every two weeks.\n90 When we meet again, bring cake.',
  );
  const says = (prompt: string) => `Every two weeks [${numbersIn(prompt)[0]}].`;
  const { ask, asked } = await asking([team, ...talks], { says });
  const often = await ask('How often do they meet?');
  assert.equal(often.answer, 'Every two weeks [1].');
  assert.equal(often.citations[0]?.quote, 'We meet every two weeks.');
  assert.equal(asked.length, 1);
  assert.match((await ask('How many times do they meet?')).answer, /moments? in total\.$/);
});

test('given a list that fails, when listed, then a notice says so; one that never began leaves quotes', async () => {
  let calls = 0;
  const breaking = await asking([marathon], {
    words: 300,
    says: (prompt) => {
      calls += 1;
      if (calls > 6) throw new ModelUnavailableError('The host went away.', 'Start it.');
      return `The runner passes [${numbersIn(prompt)[0]}].`;
    },
  });
  const { answer, citations } = await breaking.ask('How often does the runner pass?');
  assert.ok(citations.length > 0);
  assert.match(answer, /\nThe list is incomplete: The host went away\.$/);
  assert.doesNotMatch(answer, /in total/);
  const down = await asking([marathon], {
    says: () => {
      throw new ModelUnavailableError('The host went away.', 'Start it.');
    },
  });
  assert.match((await down.ask('How often is a red gate passed?')).answer, /red gate.*matches in total\.$/s);
});

test('given an aborted request, when summarising, then no further part is requested', async () => {
  const stop = new AbortController();
  const { ask, asked } = await asking([marathon], {
    words: 300,
    says: (prompt) => {
      if (asked.length === 3) stop.abort(new Error('enough'));
      return sumUp(prompt);
    },
  });
  await assert.rejects(ask('What is the marathon about?', {}, stop.signal), /enough/);
  assert.ok(asked.length <= 6, `${asked.length} calls`);
});

test('given a model from the client, when asked, then it answers instead of the configured one', async () => {
  const { ask, answerer, asked } = await asking(talks, { says: () => 'Bees dance [1].' });
  let other = 0;
  const own = {
    ...answerer('own'),
    answer: async (...args: Parameters<ReturnType<typeof answerer>['answer']>) => {
      other += 1;
      args[1]('They dance [1].');
      return 'They dance [1].';
    },
  };
  const { answer } = await ask('How do bees tell where flowers are?', { answerer: own });
  assert.equal(answer, 'They dance [1].');
  assert.deepEqual([other, asked.length], [1, 0]);
});

test('given a conversation, when a follow-up is asked, then the prompt has it and the clips fit the follow-up', async () => {
  const { ask, asked } = await asking(talks, { says: () => NO_ANSWER });
  const conversation = [{ question: 'Where do whales sing?', answer: 'Over hundreds of miles [1].' }];
  await ask('And how do they sleep?', { conversation, k: 1 });
  const prompt = asked[0]?.at(-1)?.text ?? '';
  assert.match(prompt, /Asked: "Where do whales sing\?"\nAnswered: "Over hundreds of miles\."/);
  assert.match(prompt, /They sleep upright/);
  assert.match(prompt, /Question: And how do they sleep\?$/);
});

test('given "what happens after", when asked, then the model gets that place and the following clips in order', async () => {
  const { ask, asked } = await asking([marathon, ...talks], {
    says: (prompt) => `The runner goes on [${numbersIn(prompt).at(-1)}].`,
  });
  const { citations, grounded } = await ask('What happens after the runner passes stone 102?', { k: 2 });
  const starts = [...(asked[0]?.at(-1)?.text.matchAll(/from (\d+):(\d+)(?::(\d+))? to/g) ?? [])].map(
    (match) =>
      match
        .slice(1)
        .filter((part) => part !== undefined)
        .reduce((sum, part) => sum * 60 + Number(part), 0),
  );
  assert.equal(starts.length, 3);
  assert.deepEqual(
    starts,
    [...starts].sort((a, b) => a - b),
  );
  assert.equal(grounded, true);
  assert.ok((citations[0]?.startMs ?? 0) > 102 * 30_000, 'it leads past the place asked about');
});
