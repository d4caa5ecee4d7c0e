import { globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { createJsonCorrectionBook } from '../../server/src/adapters/json-correction-book.ts';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import type { Correction } from '../../server/src/core/corrections/correction.ts';
import { toVectorId, type VectorSpace } from '../../server/src/core/domain/vector.ts';
import { toEmbeddingChunks } from '../../server/src/core/ranking/embedding-chunks.ts';
import { hashText } from '../../server/src/core/text/hash-text.ts';
import { legacyHashText } from '../../server/src/core/text/legacy-hash.ts';
import { withCorrections } from '../../server/src/indexing/corrected-store.ts';
import { loadCorrections } from '../../server/src/indexing/corrections.ts';

/** The id of a correction as Goldfish wrote it before layout 3 of the index. The text is compared without case and stops. */
function toOlderId(correction: Correction, comparable: (text: string) => string): string {
  if (correction.change === 'speaker') return legacyHashText(`speaker\n${correction.was}`);
  const { startMs, endMs } = correction;
  return correction.change === 'line'
    ? legacyHashText(['line', correction.kind, startMs, endMs, comparable(correction.was.text)].join('\n'))
    : legacyHashText(['tag', startMs, endMs, comparable(correction.text)].join('\n'));
}

/** An older hash for each newer one: nothing that contains one is recognised by comparing. */
const toOlderRecipe = (recipe: string) => recipe.replace(/[0-9a-f]{32}$/, (tail) => legacyHashText(tail));

/**
 * Rewrites the index and the corrections of a stopped daemon as layout 2 had them: ids, recipes, the hashes of embedded texts
 * and the name of the model's table are made with the older hash.
 */
export async function makeOlder(
  dataDir: string,
  model: string,
  comparable: (text: string) => string,
): Promise<void> {
  const folder = join(dataDir, 'index');
  const space: VectorSpace = { role: 'text', model };
  const corrections = await loadCorrections(createJsonCorrectionBook(join(dataDir, 'corrections'), () => {}));
  const store = await openLanceStore(folder);
  for (const video of await store.videos()) {
    const { videoId } = video;
    const rows = await store.allDescriptions(videoId);
    const groups = Map.groupBy(rows, ({ uri, stage }) => JSON.stringify([uri, stage]));
    const copies = (await store.copies()).filter((copy) => copy.videoId === videoId);
    const corrected = withCorrections(store, { video: () => video, copiesOf: () => copies }, corrections);
    const olderVectors = [];
    for (const uri of ['', ...copies.map((copy) => copy.uri)]) {
      const chunks = toEmbeddingChunks(
        (await corrected.descriptions(videoId, uri)).filter((row) => row.uri === uri),
      );
      const olderMade = new Map(
        chunks.map(({ kind, text, made }) => [made, legacyHashText(`${kind}\n${text}`)] as const),
      );
      const vectors = (await store.vectors(space, videoId, uri)).map((row) => {
        const older = { ...row, made: olderMade.get(row.made) ?? row.made };
        return { ...older, id: toVectorId(older) };
      });
      if (vectors.length > 0) olderVectors.push({ videoId, uri, ...space, rows: vectors });
    }
    const withOlderRecipes = <T extends { readonly done: typeof video.done }>(record: T): T => ({
      ...record,
      done: Object.fromEntries(
        Object.entries(record.done).map(([stage, recipe]) => [stage, toOlderRecipe(recipe)]),
      ),
    });
    await store.commit({
      descriptions: [...groups.values()].flatMap((group) => {
        const [first] = group;
        const olderRows = group.map((row) => ({ ...row, id: legacyHashText(row.id) }));
        return first ? [{ videoId, uri: first.uri, stage: first.stage, rows: olderRows }] : [];
      }),
      vectors: olderVectors,
      videos: [withOlderRecipes(video)],
      copies: copies.map(withOlderRecipes),
    });
  }
  await store.close();
  const connection = await connect(folder);
  const table = await connection.openTable('copies');
  await table.update({ valuesSql: { body: `replace(body, '"holders":[', '"heldBy":[')` } });
  table.close();
  connection.close();
  for (const name of globSync('vectors_*.lance', { cwd: folder }))
    renameSync(join(folder, name), join(folder, name.replace(hashText(model), legacyHashText(model))));
  writeFileSync(join(folder, 'goldfish.json'), '{"schema":2}\n');
  for (const name of globSync('*.json', { cwd: join(dataDir, 'corrections') })) {
    const path = join(dataDir, 'corrections', name);
    const list = JSON.parse(readFileSync(path, 'utf8')) as readonly Correction[];
    writeFileSync(path, JSON.stringify(list.map((each) => ({ ...each, id: toOlderId(each, comparable) }))));
  }
}
