// Entry of the scan thread. A thread, not a process: it loads no native code that could crash.
import { createHash } from 'node:crypto';
import { browseFolder } from '../adapters/node-disk/browse-folder.ts';
import { BAD_REQUEST, type ScanCalls, toFileColumns } from '../adapters/node-disk/scan-messages.ts';
import { type Walk, walkFolder } from '../adapters/node-disk/walk-folder.ts';
import { serveChildCalls } from '../base/child-server.ts';
import type { DiskFile } from '../core/domain/disk-file.ts';

/** Files per message. Receiving this many blocks the parent's event loop for about 1 ms. */
const BATCH_FILES = 250;

/** Regroups the files of a walk into batches of equal size, because folders can be very large or very small. */
function* toBatches(walk: Walk): Walk {
  let batch: DiskFile[] = [];
  for (;;) {
    const step = walk.next();
    if (step.done) {
      if (batch.length > 0) yield batch;
      return step.value;
    }
    for (const file of step.value) {
      batch.push(file);
      if (batch.length < BATCH_FILES) continue;
      yield batch;
      batch = [];
    }
  }
}

serveChildCalls<ScanCalls>(
  {
    async scan(request, { emit }) {
      const batches = toBatches(walkFolder(request));
      for (;;) {
        const step = batches.next();
        if (step.done) return step.value;
        await emit(toFileColumns(step.value));
      }
    },
    browse: async (request) => browseFolder(request) ?? null,
    async fingerprint(request) {
      const hash = createHash('sha256');
      const walk = walkFolder(request);
      for (;;) {
        const step = walk.next();
        if (step.done) return hash.update(JSON.stringify(step.value)).digest('hex');
        for (const file of step.value) hash.update(JSON.stringify(file));
      }
    },
  },
  // A walk throws only for invalid requests.
  () => BAD_REQUEST,
);
