import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { SHARED_SETTINGS } from '../../server/src/daemon/serve-workers.ts';
import type { TaskPorts } from '../../server/src/indexing/run-task.ts';
import { completeSettings, settingKeys } from '../../server/src/settings/schema.ts';
import { openSettings, SettingError } from '../../server/src/settings/settings-file.ts';
import { toVsCodeConfiguration } from '../../server/src/settings/vscode-configuration.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
const folder = () => mkdtempSync(join(root, 's'));
const stored = (path: string) => JSON.parse(readFileSync(join(path, 'settings.json'), 'utf8')) as unknown;

test('given a file with missing and wrong values, when completed, then they have defaults, and wrong ones are listed', () => {
  const { settings, problems } = completeSettings({
    'ask.clips': 5,
    'clips.seconds': 1,
    'log.level': 'loud',
    mine: 1,
  });
  assert.equal(settings['ask.clips'], 5);
  assert.equal(settings['clips.seconds'], 30);
  assert.equal(settings['log.level'], 'info');
  assert.equal(problems.length, 3);
  for (const [at, start] of [
    'In settings.json, clips.seconds: ',
    'In settings.json, log.level: ',
    'settings.json has an unknown setting, "mine".',
  ].entries())
    assert.ok(problems[at]?.startsWith(start), problems[at]);
  assert.deepEqual(completeSettings({}).problems, []);
});

test('given values, when opened again, then they are kept; null removes one, and only set values are in the file', async () => {
  const path = folder();
  const first = await openSettings(path);
  await first.set('work.quietHours', '22:00-07:00');
  await first.set('screenText.languages', ['eng', 'chi_sim']);
  await first.set('work.quietHours', null);
  await first.close();
  assert.deepEqual(stored(path), { 'screenText.languages': ['eng', 'chi_sim'] });
  assert.equal(statSync(join(path, 'settings.json')).mode & 0o077, 0);
  const second = await openSettings(path);
  assert.deepEqual(second.all()['screenText.languages'], ['eng', 'chi_sim']);
  await second.close();
});

test('given changes at once, then all are stored', async () => {
  const path = folder();
  const settings = await openSettings(path);
  await Promise.all([
    settings.set('ask.clips', 4),
    settings.set('clips.seconds', 20),
    settings.set('work.cpuShare', 10),
  ]);
  assert.deepEqual(stored(path), { 'ask.clips': 4, 'clips.seconds': 20, 'work.cpuShare': 10 });
  await settings.close();
});

test('given a wrong key or value, when it is set, then the error names it and nothing changes', async () => {
  const settings = await openSettings(folder());
  const wrong: readonly [string, unknown, RegExp][] = [
    ['no.such', 1, /Unknown setting "no\.such"/],
    ['__proto__', 1, /Unknown setting/],
    ['toString', 1, /Unknown setting/],
    ['clips.seconds', 1, /^clips\.seconds: use a whole number from 5 to 300$/],
    ['clips.seconds', '30', /^clips\.seconds: use a whole number from 5 to 300$/],
    ['work.quietHours', 'nights', /work\.quietHours: use a range such as 22:00-07:00/],
    ['screenText.languages', ['../../etc'], /screenText\.languages: use codes such as/],
    ['ask.clips', 0, /ask\.clips: use -1 or/],
  ];
  const before = settings.all();
  for (const [key, value, message] of wrong)
    await assert.rejects(settings.set(key, value), (error) => {
      assert.ok(error instanceof SettingError);
      assert.match(error.message, message);
      return true;
    });
  assert.deepEqual(settings.all(), before);
  await settings.close();
});

test('given a listener, when a value is set, then it is called once, and not for the same value', async () => {
  const settings = await openSettings(folder());
  const heard: number[] = [];
  settings.onChange((all) => heard.push(all['ask.clips']));
  await settings.set('ask.clips', 4);
  await settings.set('ask.clips', 4);
  await settings.set('ask.clips', 5);
  assert.deepEqual(heard, [4, 5]);
  await settings.close();
});

test('given a file that is not a JSON object, when it is opened, then it is renamed and reported', async () => {
  for (const text of ['{', '[]', '5', '']) {
    const path = folder();
    writeFileSync(join(path, 'settings.json'), text);
    const settings = await openSettings(path);
    assert.match(settings.problems()[0] ?? '', /was not a valid JSON object\. It is kept as .*\.broken,/);
    assert.equal(settings.all()['ask.clips'], 3);
    await settings.close();
  }
});

test('given all settings, when offered to VS Code, then each has type, default, description and machine scope', () => {
  const { properties } = toVsCodeConfiguration();
  assert.deepEqual(
    Object.keys(properties),
    settingKeys.map((key) => `goldfish.${key}`),
  );
  for (const [name, property] of Object.entries(properties)) {
    assert.ok(property.type !== undefined || property.anyOf !== undefined, name);
    assert.ok('default' in property, name);
    assert.match(String(property.markdownDescription), /\.$/, name);
    assert.equal(property.scope, 'machine', name);
  }
  assert.deepEqual(properties['goldfish.media.backend']?.enum, ['auto', 'node-av', 'ffmpeg']);
  assert.equal(properties['goldfish.clips.seconds']?.minimum, 5);
});

test('given the settings that stages read, then workers take them over', () => {
  const folder = join(import.meta.dirname, '../../server/src/indexing/stages');
  const sources = globSync('*.ts', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'));
  const read = sources.flatMap((text) =>
    [...text.matchAll(/settings(?:\(\))?\['([\w.]+)'\]/g)].map(([, key]) => key ?? ''),
  );
  assert.ok(read.length > 3, 'the pattern finds settings');
  const shared: readonly string[] = SHARED_SETTINGS;
  assert.deepEqual(
    [...new Set(read)].filter((key) => !shared.includes(key)),
    [],
  );
});

test('given the models that name the recipe of work on workers, then workers take over which ones to use', () => {
  // The compiler asks about a new one.
  const used: Readonly<Record<Exclude<keyof TaskPorts, 'media' | 'settings'>, true>> = {
    reader: true,
    captioner: true,
    transcriber: true,
    voiceDetector: true,
    textEmbedder: true,
    frameEmbedder: true,
  };
  const shared: readonly string[] = SHARED_SETTINGS;
  assert.deepEqual(
    Object.keys(used).filter((role) => !shared.includes(`models.${role}`)),
    [],
  );
});
