import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { describeWriteError } from '../../server/src/base/describe-write-error.ts';
import { takeLock, toLockError } from '../../server/src/daemon/data-dir-lock.ts';
import { tempFolder } from '../support/temp-folder.ts';

const sqliteError = (errcode: number) => Object.assign(new Error('disk I/O error'), { errcode });

test('given an error of SQLite on the lock file, when it is described, then it says what is wrong and what to do', () => {
  for (const [codes, message, remedy] of [
    [[2058, 2314, 3594, 3850, 22], /file system of \/data has no file locks/, /local disk.*--data-dir/],
    [[13], /disk that holds \/data is full/, /Free up space/],
    [[8, 14, 3, 264, 520, 1032], /Cannot write to the data folder \/data.*read-only/, /Make it writable/],
    [[10, 266, 778], /daemon\.lock: disk I\/O error \(SQLite code \d+\)/, /Check the disk/],
  ] as const)
    for (const code of codes) {
      const error = toLockError('/data/daemon.lock', sqliteError(code));
      assert.match(error.message, message, String(code));
      assert.match(error.remedy, remedy, String(code));
    }
});

test('given an error of writing a file, when it is described, then it names the folder and what to do; other errors are not described', () => {
  const systemError = (code: string, path?: string) =>
    Object.assign(new Error(code), { code, syscall: 'open', ...(path === undefined ? {} : { path }) });
  for (const [code, message] of [
    ['ENOSPC', /The disk that holds \/data is full/],
    ['EDQUOT', /quota for \/data/],
    ['EROFS', /\/data is on a read-only file system/],
    ['EACCES', /\/data cannot be written: permission denied/],
    ['EPERM', /\/data cannot be written: permission denied/],
  ] as const) {
    const failure = describeWriteError(systemError(code, '/data/settings.json.123'));
    assert.match(failure?.message ?? '', message);
    assert.notEqual(failure?.remedy, '');
    assert.match(describeWriteError(systemError(code))?.message ?? '', /data folder/);
  }
  for (const error of [systemError('ENOENT'), new Error('ENOSPC'), 'ENOSPC', undefined])
    assert.equal(describeWriteError(error), undefined);
});

/** SQLITE_IOERR_LOCK. */
const IO_ERROR_LOCK = 3850;

/** Opens a lock file whose first `failures` uses fail as a disk does that is busy with a killed process. */
function flaky(failures: number) {
  let opened = 0;
  let closed = 0;
  const open = (path: string): DatabaseSync => {
    opened += 1;
    const database = new DatabaseSync(path, { timeout: 0 });
    const close = database.close.bind(database);
    database.close = () => {
      closed += 1;
      close();
    };
    if (opened <= failures)
      database.exec = () => {
        throw Object.assign(new Error('disk I/O error'), { errcode: IO_ERROR_LOCK });
      };
    return database;
  };
  return { open, counts: () => ({ opened, closed }) };
}

test('given a lock file that fails once, when it is locked, then a second attempt gets the lock', () => {
  const { open, counts } = flaky(1);
  const lock = takeLock(join(tempFolder(), 'lock'), open);
  assert.equal(lock?.isValid(), true);
  assert.deepEqual(counts(), { opened: 2, closed: 1 });
  lock?.release();
});

test('given a lock file that keeps failing, when it is locked, then the error says what is wrong', () => {
  const { open, counts } = flaky(2);
  const path = join(tempFolder(), 'lock');
  assert.throws(() => takeLock(path, open), /has no file locks/);
  assert.deepEqual(counts(), { opened: 2, closed: 2 });
});

test('given a lock that is taken, when it is locked, then there is no lock and no second attempt', () => {
  const path = join(tempFolder(), 'lock');
  const owner = takeLock(path);
  const { open, counts } = flaky(0);
  assert.equal(takeLock(path, open), undefined);
  assert.deepEqual(counts(), { opened: 1, closed: 1 });
  owner?.release();
});
