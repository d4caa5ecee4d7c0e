import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openUserBook, SIGNED_IN_S } from '../../server/src/daemon/user-book.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();

function world() {
  const path = join(mkdtempSync(join(root, 'u')), 'users.json');
  const clock = { ms: 1_000_000 };
  const problems: string[] = [];
  const open = () =>
    openUserBook(
      path,
      () => clock.ms,
      (problem) => problems.push(problem),
    );
  return { path, clock, problems, open, book: open() };
}

test('given a new user, when the file is read, then it contains no token, and nobody else can read it', async () => {
  const { path, book, open } = world();
  const token = await book.add({ name: 'anna', role: 'reader', folders: ['file:///a'] });
  assert.match(token ?? '', /^goldfish_[\w-]{43}$/);
  assert.doesNotMatch(readFileSync(path, 'utf8'), new RegExp((token ?? '').slice(9)));
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  for (const each of [book, open()]) {
    assert.deepEqual(each.findByToken(token ?? ''), { name: 'anna', role: 'reader', folders: ['file:///a'] });
    assert.equal(each.findByToken(`${token}x`), undefined);
    assert.equal(each.findByToken(''), undefined);
  }
});

test('given a cookie, when its user, time or signature changes, then it is refused', async () => {
  const { book, clock, open } = world();
  await book.add({ name: 'änna', role: 'reader' });
  await book.add({ name: 'ben', role: 'owner' });
  const cookie = book.createCookie({ name: 'änna', role: 'reader' });
  assert.match(cookie, /^[\w.-]+$/);
  assert.equal(open().findByCookie(cookie)?.name, 'änna', 'a restart keeps browsers signed in');
  const [name = '', expires = '', signature = ''] = cookie.split('.');
  const ben = Buffer.from('ben').toString('base64url');
  for (const forged of [
    `${ben}.${expires}.${signature}`,
    `${name}.${Number(expires) + 1}.${signature}`,
    `${name}.${expires}.`,
    `${name}.${expires}.${signature.slice(2)}`,
    `${name}.NaN.${signature}`,
    `${name}`,
    '',
    '..',
  ])
    assert.equal(book.findByCookie(forged), undefined, forged);
  clock.ms += SIGNED_IN_S * 1000;
  assert.equal(book.findByCookie(cookie), undefined, 'it ends');
});

test('given a user who gets a new token or is removed, when old tokens and cookies come, then they are refused and listeners hear of it', async () => {
  const { book, clock } = world();
  const changed: string[] = [];
  book.onChange((name) => changed.push(name));
  const first = await book.add({ name: 'Anna@Example.org', role: 'reader' });
  const cookie = book.createCookie({ name: 'Anna@Example.org', role: 'reader' });
  clock.ms += 1000;
  const second = await book.add({ name: 'anna@example.org', role: 'corrector' });
  assert.equal(book.findByToken(first ?? ''), undefined);
  assert.equal(book.findByCookie(cookie), undefined);
  assert.equal(book.findByToken(second ?? '')?.role, 'corrector');
  assert.deepEqual(
    book.list().map(({ name, role }) => [name, role]),
    [['anna@example.org', 'corrector']],
  );
  assert.equal(book.findByIdentity('ANNA@example.org')?.role, 'corrector');
  await book.remove('ANNA@EXAMPLE.ORG');
  assert.equal(book.findByToken(second ?? ''), undefined);
  assert.equal(book.findByIdentity('anna@example.org'), undefined);
  assert.equal(changed.length, 3);
  await assert.rejects(book.remove('anna'), /no user "anna"/);
});

test('given a user without a token, when anybody sends an empty one, then nobody is recognised', async () => {
  const { book } = world();
  assert.equal(await book.add({ name: 'sso', role: 'reader', token: false }), undefined);
  for (const token of ['', 'undefined', 'sso']) assert.equal(book.findByToken(token), undefined);
  assert.deepEqual(book.list()[0]?.token, false);
});

test('given an owner with folders, when added, then it is refused', async () => {
  const { book } = world();
  await assert.rejects(book.add({ name: 'o', role: 'owner', folders: ['file:///a'] }), /sees all folders/);
});

test('given a damaged file, when it is opened, then it fails and is not replaced', async () => {
  const { path, open } = world();
  for (const text of ['', '{', '{"users":[]}', '{"secret":"short","users":[]}']) {
    writeFileSync(path, text);
    assert.throws(open, /users\.json is damaged/);
    assert.equal(readFileSync(path, 'utf8'), text);
  }
});

test('given a file that other users could read, when it is opened, then cookies signed with its secret end and it is closed', {
  skip: process.platform === 'win32',
}, async () => {
  const { path, open, book, problems } = world();
  const token = await book.add({ name: 'anna', role: 'reader' });
  const cookie = book.createCookie({ name: 'anna', role: 'reader' });
  chmodSync(path, 0o644);
  const reopened = open();
  assert.equal(problems.length, 1);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(reopened.findByCookie(cookie), undefined);
  assert.equal(reopened.findByToken(token ?? '')?.name, 'anna');
});
