import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/**
 * Sentences that users stumbled over, each with what is said in its place and where. The sentences that are made at run time,
 * such as those with a name in them, have tests of their own; here it counts that the old words are gone from all texts.
 */
const SENTENCES: readonly (readonly [old: string, file: string, said: string])[] = [
  ['Ask on in this conversation', 'client/page/views/composer.ts', 'Ask a follow-up'],
  ['names the places it rests on', 'client/page/views/home.ts', 'Click a number to play it'],
  ['Goldfish goes by words alone', 'client/page/views/models-dialog.ts', 'Optional models add transcription'],
  ['the hub tells when', 'client/page/views/models-dialog.ts', 'Fetch the recommended models'],
  ['ends this view', 'server/src/cli/start.ts', 'stop following; indexing continues'],
  ['stands nowhere', 'server/src/answering/refusal.ts', 'No video contains'],
  ['is no full path', 'client/page/actions/folders.ts', 'Enter an absolute path'],
  ['is no folder of the library', 'server/src/library/folders.ts', 'is not a watched folder'],
  ['is no role', 'server/src/core/language/closest-name.ts', 'Did you mean'],
  ['is no model of the hub', 'server/src/daemon/serve-models.ts', 'Unknown model'],
  ['Nothing is to be corrected', 'server/src/cli/corrections.ts', 'Give the new text or'],
  ['is there already', 'server/src/base/atomic-output.ts', 'already exists'],
  ['the line is taken away', 'client/page/views/line-editor.ts', 'Leave empty to delete the line'],
  ['Goldfish has ended', 'client/page/views/app.ts', 'Goldfish is not running'],
  ['Look for it now', 'client/page/views/app.ts', 'Try now'],
  [
    'Nothing says yet what is seen',
    'server/src/daemon/models/select-captioner.ts',
    'No visual descriptions yet',
  ],
  ['What is in use, and what there is', 'client/page/views/models-dialog.ts', "title: 'Models'"],
  ['What is known of its videos is removed', 'client/page/views/dialogs.ts', 'Stop watching'],
  ['with --help for what it takes', 'server/src/cli/main.ts', 'See "'],
  ['Correct the parameter and send it again', 'server/src/cli/parse-date.ts', 'Use a date such as'],
  ['Too big: expected', 'server/src/settings/schema.ts', 'use a number from'],
  ['nothing need be restarted', 'client/src/status-bar.ts', "l10n.t('{0} videos'"],
];

const sources = globSync(['server/{src,protocol}/**/*.ts', 'client/**/*.ts', 'docs/*.md', 'README.md'], {
  cwd: root,
});

test('given sentences that users stumbled over, when all texts are read, then none is left and each has its successor', () => {
  assert.ok(sources.length > 500);
  const texts = sources.map((path) => [path, read(path)] as const);
  for (const [old, file, said] of SENTENCES) {
    const holders = texts.filter(([, text]) => text.includes(old)).map(([path]) => path);
    assert.deepEqual(holders, [], `"${old}" is still there`);
    assert.ok(read(file).includes(said), `${file} does not say "${said}"`);
  }
});
