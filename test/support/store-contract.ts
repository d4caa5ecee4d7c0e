import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestPassage } from '../../server/src/core/ranking/passage-digest.ts';
import type { RowFilter, Store } from '../../server/src/ports/store.ts';
import { copyOf, descriptionOf, outlineOf, passageOf, videoOf } from './store-rows.ts';
import type { WithStore } from './stores.ts';

const never = new AbortController().signal;
const A = "file:///videos/Ana's%20%E6%9D%B1.mp4";
const B = 'file:///videos/b.mp4';

async function passageIds(
  store: Store,
  terms: string,
  filter: RowFilter = {},
  limit = 10,
): Promise<string[]> {
  return (await store.matchPassages(terms, limit, filter, never)).map(({ passage }) => passage.id);
}

/** Tests that every store passes. */
export function testStoreContract(name: string, withStore: WithStore): void {
  describe(`store: ${name}`, () => {
    test('given an empty index, when read and searched, then everything is empty', () =>
      withStore(async ({ store }) => {
        assert.deepEqual(await store.copies(), []);
        assert.deepEqual(await store.videos(), []);
        assert.deepEqual(await store.descriptions('v', ''), []);
        assert.deepEqual(await store.passages('v', A), []);
        assert.deepEqual(await passageIds(store, 'word'), []);
        assert.deepEqual(await store.matchOutlines('word', 5, {}, never), []);
        await store.commit({});
        await store.optimize(never);
        assert.ok((await store.bytes()) >= 0);
      }));

    test('given passages and outlines found again and again, when searched, then they are as written', () =>
      withStore(async ({ store }) => {
        const line = { kind: 'speech', startMs: 0, endMs: 5_000, source: 'a.srt', language: 'de' } as const;
        const passage = {
          ...passageOf('v', A, 0, 'rührteig 发电机'),
          lines: [
            { ...line, text: 'Größe \u0000 "Rührteig"', speaker: 'Ana' },
            { ...line, text: '发电机 🐟', startMs: 90_000, endMs: 95_000, speaker: 'Bo' },
          ],
        };
        const outline = outlineOf('v', A, 'rührteig');
        await store.commit({ passages: [{ videoId: 'v', uri: A, rows: [passage] }], outlines: [outline] });
        for (let search = 0; search < 4; search += 1) {
          const [candidate] = await store.matchPassages('rührteig', 5, {}, never);
          assert.deepEqual({ ...candidate?.passage, lines: candidate?.passage.lines }, passage);
          const { text, speakers } = candidate?.digest ?? digestPassage(passage);
          assert.deepEqual({ text, speakers }, digestPassage(passage));
          const [found] = await store.matchOutlines('rührteig', 5, {}, never);
          const { uri, videoId, title } = outline;
          assert.deepEqual(found?.outline, { uri, videoId, title });
        }
        await store.commit({ passages: [{ videoId: 'v', uri: A, rows: [{ ...passage, lines: [] }] }] });
        const [changed] = await store.matchPassages('rührteig', 5, {}, never);
        assert.deepEqual(changed?.passage.lines, []);
      }));

    test('given many long passages, when their lines are read after further searches, then each has its own', () =>
      withStore(async ({ store }) => {
        const rows = Array.from({ length: 60 }, (_, i) => {
          const passage = passageOf('v', '', i * 30_000, 'herring');
          const text = `passage ${i} ${'of herring '.repeat(500)}`;
          return { ...passage, lines: passage.lines.map((line) => ({ ...line, text })) };
        });
        await store.commit({ passages: [{ videoId: 'v', uri: '', rows }] });
        const found = [];
        for (let search = 0; search < 3; search += 1)
          found.push(await store.matchPassages('herring', 60, {}, never));
        for (const candidates of found) {
          const lines = new Map(candidates.map(({ passage }) => [passage.id, passage.lines]));
          assert.equal(lines.size, rows.length);
          for (const row of rows) assert.deepEqual(lines.get(row.id), row.lines);
        }
      }));

    test('given contents with copies, when all rows of each are read at once, then each read has its own, in time order', () =>
      withStore(async ({ store }) => {
        const stored = [
          descriptionOf('v1', '', 'facts', 30_000),
          descriptionOf('v1', A, 'cues', 0),
          descriptionOf('v1', B, 'cues', 60_000),
          descriptionOf('v2', '', 'facts', 0),
        ];
        await store.commit({ descriptions: stored.map((row) => ({ ...row, rows: [row] })) });
        const ids = ['v1', 'v2', 'none', 'v1', ...Array.from({ length: 100 }, (_, at) => `other ${at}`)];
        const [first, second, none, again] = await Promise.all(ids.map((id) => store.allDescriptions(id)));
        const placesOf = (rows: readonly { uri: string; startMs: number }[] | undefined) =>
          rows?.map(({ uri, startMs }) => [uri, startMs]);
        assert.deepEqual(placesOf(first), [
          [A, 0],
          ['', 30_000],
          [B, 60_000],
        ]);
        assert.deepEqual(placesOf(second), [['', 0]]);
        assert.deepEqual(none, []);
        assert.deepEqual(again, first);
      }));

    test('given rows of every kind, when written and opened again, then they are read and found whole', () =>
      withStore(async ({ store, reopen }) => {
        const batch = {
          descriptions: [
            {
              videoId: 'v1',
              uri: A,
              stage: 'cues',
              rows: [descriptionOf('v1', A, 'cues', 0, "O'Hara\n東京 🐟")],
            },
            {
              videoId: 'v1',
              uri: '',
              stage: 'facts',
              rows: [descriptionOf('v1', '', 'facts', 30_000), descriptionOf('v1', '', 'facts', 0)],
            },
          ],
          passages: [{ videoId: 'v1', uri: A, rows: [passageOf('v1', A, 0, 'gold fish')] }],
          outlines: [outlineOf(A, 'v1', 'ana gold')],
          videos: [videoOf('v1')],
          copies: [copyOf(A, 'v1'), copyOf(B, 'v1')],
        } as const;
        await store.commit(batch);
        for (const pass of ['as written', 'opened again']) {
          const open = pass === 'as written' ? store : await reopen();
          assert.deepEqual(
            [...(await open.copies())].sort((a, b) => (a.uri < b.uri ? -1 : 1)),
            [...batch.copies],
          );
          assert.deepEqual(await open.videos(), batch.videos);
          assert.deepEqual(
            (await open.descriptions('v1', A)).map((row) => row.id),
            [`v1|${A}|cues|0`, 'v1||facts|0', 'v1||facts|30000'],
          );
          assert.deepEqual(await open.descriptions('v1', A, ['cues']), batch.descriptions[0].rows);
          assert.deepEqual(
            (await open.descriptions('v1', B)).map((row) => row.stage),
            ['facts', 'facts'],
          );
          assert.deepEqual(await open.descriptions('v1', '', ['cues']), []);
          assert.deepEqual(await open.passages('v1', A), batch.passages[0].rows);
          const [found] = await open.matchPassages('gold', 5, {}, never);
          assert.deepEqual({ ...found?.passage, lines: found?.passage.lines }, batch.passages[0].rows[0]);
          const [outline] = await open.matchOutlines('ana', 5, {}, never);
          assert.deepEqual(outline?.outline, { uri: A, videoId: 'v1', title: 'Title of v1' });
        }
      }));

    test('given the same batch, when committed again, then the rows stay the same', () =>
      withStore(async ({ store }) => {
        const batch = {
          descriptions: [
            { videoId: 'v1', uri: '', stage: 'cues', rows: [descriptionOf('v1', '', 'cues', 0)] },
          ],
          passages: [
            {
              videoId: 'v1',
              uri: '',
              rows: [passageOf('v1', '', 0, 'one'), passageOf('v1', '', 30_000, 'two')],
            },
          ],
          outlines: [outlineOf(A, 'v1', 'one two')],
          videos: [videoOf('v1')],
          copies: [copyOf(A, 'v1')],
        } as const;
        await store.commit(batch);
        await Promise.all([store.commit(batch), store.commit(batch)]);
        assert.equal((await store.copies()).length, 1);
        assert.equal((await store.videos()).length, 1);
        assert.equal((await store.descriptions('v1', '')).length, 1);
        assert.equal((await store.passages('v1', '')).length, 2);
        assert.equal((await store.matchOutlines('one', 5, {}, never)).length, 1);
        assert.deepEqual(await passageIds(store, 'two'), ['v1||30000']);
      }));

    test('given new rows for a key, when committed, then rows of that key that are missing in them are removed', () =>
      withStore(async ({ store }) => {
        await store.commit({
          descriptions: [
            {
              videoId: 'v1',
              uri: '',
              stage: 'cues',
              rows: [descriptionOf('v1', '', 'cues', 0), descriptionOf('v1', '', 'cues', 30_000)],
            },
            { videoId: 'v1', uri: A, stage: 'cues', rows: [descriptionOf('v1', A, 'cues', 0)] },
            { videoId: 'v1', uri: '', stage: 'facts', rows: [descriptionOf('v1', '', 'facts', 0)] },
          ],
          passages: [
            {
              videoId: 'v1',
              uri: '',
              rows: [passageOf('v1', '', 0, 'old'), passageOf('v1', '', 30_000, 'old')],
            },
            { videoId: 'v1', uri: A, rows: [passageOf('v1', A, 0, 'old')] },
          ],
        });
        await store.commit({
          descriptions: [
            { videoId: 'v1', uri: '', stage: 'cues', rows: [descriptionOf('v1', '', 'cues', 30_000, 'new')] },
          ],
          passages: [{ videoId: 'v1', uri: '', rows: [passageOf('v1', '', 0, 'new')] }],
        });
        assert.deepEqual(
          (await store.descriptions('v1', A)).map((row) => [row.id, row.lines[0]?.text]),
          [
            [`v1|${A}|cues|0`, 'hello'],
            ['v1||facts|0', 'hello'],
            ['v1||cues|30000', 'new'],
          ],
        );
        assert.deepEqual(await passageIds(store, 'old'), [`v1|${A}|0`]);
        assert.deepEqual(await passageIds(store, 'new'), ['v1||0']);
        await store.commit({ passages: [{ videoId: 'v1', uri: A, rows: [] }] });
        assert.deepEqual(await passageIds(store, 'old'), []);
      }));

    test('given rows of copies and videos, when a copy is removed, then its own rows go; when a video is removed, then all go', () =>
      withStore(async ({ store }) => {
        const rows = (videoId: string, uri: string) => ({
          descriptions: [
            { videoId, uri, stage: 'cues', rows: [descriptionOf(videoId, uri, 'cues', 0)] } as const,
            { videoId, uri: '', stage: 'facts', rows: [descriptionOf(videoId, '', 'facts', 0)] } as const,
          ],
          passages: [
            { videoId, uri, rows: [passageOf(videoId, uri, 0, 'path')] },
            { videoId, uri: '', rows: [passageOf(videoId, '', 0, 'content')] },
          ],
          outlines: [outlineOf(uri, videoId, 'name')],
          videos: [videoOf(videoId)],
          copies: [copyOf(uri, videoId)],
        });
        await store.commit(rows('v1', A));
        await store.commit(rows('v2', B));
        await store.commit({ removedCopies: [A, ''] });
        assert.deepEqual(
          (await store.copies()).map((copy) => copy.uri),
          [B],
        );
        assert.equal((await store.videos()).length, 2);
        assert.deepEqual(
          (await store.descriptions('v1', A)).map((row) => row.stage),
          ['facts'],
        );
        assert.deepEqual(await passageIds(store, 'path'), [`v2|${B}|0`]);
        assert.equal((await passageIds(store, 'content')).length, 2);
        assert.equal((await store.matchOutlines('name', 5, {}, never)).length, 1);
        await store.commit({ removedVideos: ['v2', 'v1', 'unknown'] });
        assert.deepEqual(await store.copies(), []);
        assert.deepEqual(await store.videos(), []);
        assert.deepEqual(await store.descriptions('v2', B), []);
        assert.deepEqual(await passageIds(store, 'path content'), []);
        assert.deepEqual(await store.matchOutlines('name', 5, {}, never), []);
      }));

    test('given commits made at once, then they apply in order', () =>
      withStore(async ({ store }) => {
        const commits = [
          store.commit({ copies: [copyOf(A, 'v1'), copyOf(B, 'v1')] }),
          store.commit({ removedCopies: [A, B] }),
          store.commit({ copies: [copyOf(A, 'v2')] }),
          store.commit({ copies: [copyOf(A, 'v3')], videos: [videoOf('v3')] }),
        ];
        await Promise.all(commits);
        assert.deepEqual(
          (await store.copies()).map((copy) => [copy.uri, copy.videoId]),
          [[A, 'v3']],
        );
      }));

    test('given a copy with new content, when the old content is removed, then the copy stays', () =>
      withStore(async ({ store }) => {
        await store.commit({ copies: [copyOf(A, 'v1')], outlines: [outlineOf(A, 'v1', 'name')] });
        await store.commit({
          copies: [copyOf(A, 'v2')],
          outlines: [outlineOf(A, 'v2', 'name')],
          removedVideos: ['v1'],
        });
        assert.deepEqual(
          (await store.copies()).map((copy) => copy.videoId),
          ['v2'],
        );
        assert.equal((await store.matchOutlines('name', 5, {}, never))[0]?.outline.videoId, 'v2');
      }));

    test('given passages, when read by range, then those that overlap it are returned', () =>
      withStore(async ({ store }) => {
        await store.commit({
          passages: [
            {
              videoId: 'v1',
              uri: '',
              rows: [0, 30_000, 60_000, 90_000].map((at) => passageOf('v1', '', at, 'w')),
            },
          ],
        });
        const starts = async (startMs: number, endMs: number) =>
          (await store.passages('v1', '', { startMs, endMs })).map((row) => row.startMs);
        assert.deepEqual(await starts(60_000, 90_000), [30_000, 60_000]);
        assert.deepEqual(await starts(59_999, 60_001), [0, 30_000, 60_000]);
        assert.deepEqual(await starts(150_000, 160_000), []);
      }));

    test('given terms in several scripts, when searched, then whole terms match as they were analysed', () =>
      withStore(async ({ store }) => {
        const words = [
          "o'clock c++ 3.14",
          '东京 塔',
          'かばん 東京',
          'größe ΑΒΓ',
          'Tower',
          `${'a'.repeat(300)} x`,
        ];
        await store.commit({
          passages: [
            { videoId: 'v1', uri: '', rows: words.map((terms, at) => passageOf('v1', '', at, terms)) },
          ],
        });
        for (const pass of ['as written', 'optimized']) {
          for (const [query, found] of [
            ["o'clock", 0],
            ['c++', 0],
            ['3.14', 0],
            ['东京', 1],
            ['塔', 1],
            ['東京', 2],
            ['größe', 3],
            ['ΑΒΓ', 3],
            ['a'.repeat(300), 5],
          ] as const)
            assert.deepEqual(await passageIds(store, query), [`v1||${found}`], `${query} ${pass}`);
          for (const query of ['tower', 'grosse', '京', 'clock', '', ' ', '"c++"', 'a:b OR (x'])
            assert.deepEqual(await passageIds(store, query), [], `${query} ${pass}`);
          await store.optimize(never);
        }
      }));

    test('given indexed passages, when searched, then scores are BM25 and ties are ordered by id', () =>
      withStore(async ({ store }) => {
        const terms = ['tower bridge tower x', 'tower y', 'z z z', 'tower q', 'tower'];
        await store.commit({
          passages: [{ videoId: 'v1', uri: '', rows: terms.map((it, at) => passageOf('v1', '', at, it)) }],
        });
        await store.optimize(never);
        const found = await store.matchPassages('tower bridge bridge', 10, {}, never);
        assert.deepEqual(
          found.map(({ passage }) => passage.id),
          ['v1||0', 'v1||4', 'v1||1', 'v1||3'],
        );
        const bm25 = (count: number, length: number, rows: number) =>
          (Math.log(1 + (5 - rows + 0.5) / (rows + 0.5)) * count * 2.2) /
          (count + 1.2 * (0.25 + (0.75 * length) / (12 / 5)));
        const expected = [bm25(2, 4, 4) + bm25(1, 4, 1), bm25(1, 1, 4), bm25(1, 2, 4), bm25(1, 2, 4)];
        for (const [at, { score }] of found.entries())
          assert.ok(Math.abs(score - (expected[at] ?? 0)) < 1e-4, `${at}: ${score} for ${expected[at]}`);
        assert.deepEqual(await passageIds(store, 'tower', {}, 2), ['v1||4', 'v1||0']);
      }));

    test('given a search that was made often, when its rows change, move or go, then it returns them as they are', () =>
      withStore(async ({ store }) => {
        const rowsSaying = (text: string) =>
          [0, 30_000, 60_000].map((at) => ({
            ...passageOf('v1', '', at, 'heron'),
            lines: [{ kind: 'speech' as const, startMs: at, endMs: at + 1_000, text, source: 'a.srt' }],
          }));
        const write = (text: string) =>
          store.commit({ passages: [{ videoId: 'v1', uri: '', rows: rowsSaying(text) }] });
        const texts = async () => {
          const found = await store.matchPassages('heron', 10, {}, never);
          return found.map(({ passage }) => passage.lines.map((line) => line.text).join());
        };
        const searchOften = async (expected: readonly string[]) => {
          for (let i = 0; i < 12; i += 1) assert.deepEqual(await texts(), expected);
        };
        await write('first');
        await searchOften(['first', 'first', 'first']);
        await write('second');
        await searchOften(['second', 'second', 'second']);
        await store.optimize(never);
        await searchOften(['second', 'second', 'second']);
        await store.commit({
          passages: [{ videoId: 'v2', uri: '', rows: [passageOf('v2', '', 0, 'heron')] }],
        });
        assert.equal((await texts()).length, 4);
        await store.commit({ passages: [{ videoId: 'v1', uri: '', rows: [] }] });
        assert.equal((await texts()).length, 1);
      }));

    test('given indexed terms, when similar ones are searched, then those with a typo are found', () =>
      withStore(async ({ store }) => {
        const terms = ['budget', 'budgie', 'porcini', 'mushroom', 'bus'];
        await store.commit({
          passages: [{ videoId: 'v1', uri: '', rows: terms.map((it, at) => passageOf('v1', '', at, it)) }],
        });
        await store.optimize(never);
        const similar = async (term: string) =>
          (await store.matchSimilar(term, 10, never)).map((passage) => passage.terms).sort();
        assert.deepEqual(await similar('budgte'), ['budget', 'budgie']);
        assert.deepEqual(await similar('porcinni'), ['porcini']);
        assert.deepEqual(await similar('mushrom'), ['mushroom']);
        assert.deepEqual(await similar('xushroom'), []);
        assert.deepEqual(await similar(''), []);
        assert.equal((await store.matchSimilar('budgte', 1, never)).length, 1);
      }));

    test('given a scope, when searched, then only its videos and copies are found', () =>
      withStore(async ({ store }) => {
        await store.commit({
          passages: ['v1', 'v2', 'v3'].flatMap((videoId) => [
            { videoId, uri: '', rows: [passageOf(videoId, '', 0, 'word')] },
            { videoId, uri: A, rows: [passageOf(videoId, A, 0, 'word')] },
            { videoId, uri: B, rows: [passageOf(videoId, B, 0, 'word')] },
          ]),
          outlines: [outlineOf(A, 'v1', 'word'), outlineOf(B, 'v2', 'word')],
        });
        for (const pass of ['as written', 'optimized']) {
          const ids = async (filter: RowFilter) => (await passageIds(store, 'word', filter)).sort();
          assert.deepEqual(
            await ids({ videoIds: ['v2'] }),
            ['', A, B].map((uri) => `v2|${uri}|0`).sort(),
            pass,
          );
          assert.deepEqual(
            await ids({ uris: [A] }),
            ['v1', 'v2', 'v3'].flatMap((id) => [`${id}|${A}|0`, `${id}||0`]).sort(),
          );
          assert.deepEqual(await ids({ videoIds: ['v3', "v'"], uris: [B] }), [`v3|${B}|0`, 'v3||0'].sort());
          assert.deepEqual(await ids({ videoIds: [] }), []);
          assert.deepEqual(await ids({ uris: [] }), ['v1||0', 'v2||0', 'v3||0']);
          const uris = async (filter: RowFilter) =>
            (await store.matchOutlines('word', 5, filter, never)).map(({ outline }) => outline.uri);
          assert.deepEqual(await uris({ uris: [B] }), [B]);
          assert.deepEqual(await uris({ videoIds: ['v1'] }), [A]);
          assert.deepEqual(await uris({ uris: [] }), []);
          await store.optimize(never);
        }
      }));

    test('given a scope of thousands, when searched, then its best rows are found, however few they are', () =>
      withStore(async ({ store }) => {
        const videoIds = Array.from({ length: 300 }, (_, at) => `v${at}`);
        await store.commit({
          passages: videoIds.map((videoId, at) => ({
            videoId,
            uri: '',
            rows: [0, 1, 2, 3, 4].map((start) =>
              passageOf(videoId, '', start, `word${' x'.repeat((at + start) % 7)}`),
            ),
          })),
          outlines: videoIds.map((videoId) => outlineOf(`file:///${videoId}`, videoId, 'word')),
        });
        const all = (await store.matchPassages('word', 2_000, {}, never)).map(({ passage }) => passage);
        assert.equal(all.length, 1_500);
        const absent = Array.from({ length: 3_000 }, (_, at) => `absent'${at}`);
        const scopes: [string[], number][] = [
          [['v299'], 10],
          [videoIds.slice(0, 100), 2_000],
          [videoIds.slice(0, 290), 50],
        ];
        for (const [scope, limit] of scopes)
          assert.deepEqual(
            await passageIds(store, 'word', { videoIds: [...absent, ...scope] }, limit),
            all
              .filter(({ videoId }) => scope.includes(videoId))
              .slice(0, limit)
              .map(({ id }) => id),
          );
        assert.deepEqual(
          (await store.matchOutlines('word', 3, { uris: [...absent, 'file:///v7'] }, never)).map(
            ({ outline }) => outline.videoId,
          ),
          ['v7'],
        );
      }));

    test('given an aborted signal, when searched or optimized, then the call rejects with the reason', () =>
      withStore(async ({ store }) => {
        const reason = new Error('enough');
        const aborted = AbortSignal.abort(reason);
        await assert.rejects(store.matchPassages('word', 5, {}, aborted), reason);
        await assert.rejects(store.matchOutlines('word', 5, {}, aborted), reason);
        await assert.rejects(store.optimize(aborted), reason);
      }));
  });
}
