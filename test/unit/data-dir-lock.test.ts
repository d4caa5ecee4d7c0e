import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { takeLock } from '../../server/src/daemon/data-dir-lock.ts';
import { tempFolder } from '../support/temp-folder.ts';

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

test('given a lock file that keeps failing, when it is locked, then the error names the file, the reason and the code of SQLite', () => {
  const { open, counts } = flaky(2);
  const path = join(tempFolder(), 'lock');
  assert.throws(
    () => takeLock(path, open),
    (error: Error) => {
      assert.ok(error.message.includes(path));
      assert.match(error.message, /disk I\/O error \(SQLite 3850\)/);
      return true;
    },
  );
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
