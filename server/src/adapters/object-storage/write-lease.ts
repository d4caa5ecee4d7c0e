import { messageOf } from '../../base/message-of.ts';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ObjectStorage, StoredObject } from '../../ports/object-storage.ts';
import type { LeaseOwner, WriteLease } from '../../ports/write-lease.ts';
import { formatLease, type LeaseBody, parseLease } from './lease-body.ts';

/** The object that names the writer. */
const LEASE_OBJECT = 'goldfish-lease.json';

/** Parts of the term: after the first the lease is renewed, up to the second the owner may write without a renewal. */
const RENEWAL_SHARE = 1 / 3;
const SAFE_SHARE = 2 / 3;
/** Part of the term between two looks at the lease of another daemon. */
const POLL_SHARE = 1 / 10;

export interface LeaseOptions {
  readonly storage: ObjectStorage;
  /** Random id of the data folder, whose lock this process holds: a lease with it belonged to a process that has ended. */
  readonly ownerId: string;
  readonly owner: LeaseOwner;
  readonly termMs: number;
  /** Milliseconds of a clock that never goes back. It may stand still while the machine sleeps. */
  readonly monotonicMs: () => number;
  /** Milliseconds of the system's clock, which goes on while the machine sleeps. */
  readonly wallMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Called once, with a sentence, when another daemon has taken over. */
  readonly onLost: (message: string) => void;
  /** Called when a renewal failed; it is tried again. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Takes the lease of an index. A lease that was released, or whose owner was a process of this data folder, is taken at
 * once. Any other is watched: if its object changes, its owner is alive, and this throws StoreError `notOwner`; if it stays
 * the same for its whole term, it is taken over. Only changes count, so that the clocks of two machines are never compared.
 */
export async function takeLease(options: LeaseOptions): Promise<WriteLease> {
  const { storage, termMs, monotonicMs, wait } = options;
  let first: StoredObject | undefined;
  let firstSeenMs = 0;
  for (;;) {
    const current = await storage.read(LEASE_OBJECT);
    const body = current && parseLease(current.text);
    const ownersTermMs = Math.max(termMs, body?.termMs ?? 0);
    if (first !== undefined && current !== undefined && current.version !== first.version)
      if (body?.released !== true)
        // Released meanwhile: nobody is alive there.
        throw inUse(storage, body);
    if (first === undefined && current !== undefined) firstSeenMs = monotonicMs();
    first ??= current;
    const isFree = current === undefined || body?.released === true || body?.ownerId === options.ownerId;
    const isSilent = first !== undefined && monotonicMs() - firstSeenMs >= ownersTermMs;
    if (isFree || isSilent) {
      const next = createBody(options, (body?.token ?? 0) + 1);
      const version = await storage.write(
        LEASE_OBJECT,
        formatLease(next),
        current === undefined ? 'absent' : { version: current.version },
      );
      if (version !== undefined) return createLease(options, next, version);
      // Another daemon was faster, and is alive.
      throw inUse(storage, parseLease((await storage.read(LEASE_OBJECT))?.text ?? ''));
    }
    await wait(ownersTermMs * POLL_SHARE);
  }
}

function createBody({ ownerId, owner, termMs }: LeaseOptions, token: number): LeaseBody {
  return { token, beat: 0, ownerId, termMs, released: false, ...owner };
}

function inUse({ address }: ObjectStorage, body: LeaseBody | undefined): StoreError {
  return new StoreError(
    'notOwner',
    `The index in ${address} is in use by ${describeOwner(body)}.`,
    'Stop that daemon with "goldfish stop" on its host. To search its index from here, set index.readOnly to true.',
  );
}

function describeOwner(owner: LeaseOwner | undefined): string {
  if (owner === undefined) return 'another daemon';
  return `the daemon on ${owner.host} (process ${owner.pid}, since ${owner.since})`;
}

function createLease(options: LeaseOptions, firstBody: LeaseBody, firstVersion: string): WriteLease {
  const { storage, termMs, monotonicMs, wallMs, onLost, onTrouble } = options;
  let body = firstBody;
  let version = firstVersion;
  let lost: StoreError | undefined;
  let renewal: Promise<void> | undefined;
  let isReleased = false;
  const readClocks = () => ({ monotonic: monotonicMs(), wall: wallMs() });
  let renewed = readClocks();
  /** The larger of two clocks: one stands still while the machine sleeps, the other can be set back. */
  const ageMs = () => Math.max(monotonicMs() - renewed.monotonic, wallMs() - renewed.wall);

  /** Ends the lease for good. `owner` is undefined if the object was deleted or is damaged. */
  function lose(owner: LeaseBody | undefined): StoreError {
    clearInterval(timer);
    const cause =
      owner === undefined ? 'Somebody deleted the lease of' : `${capitalise(describeOwner(owner))} took over`;
    lost ??= new StoreError(
      'notOwner',
      `${cause} the index in ${storage.address}. This daemon does not write it any more.`,
      'Stop this daemon with "goldfish stop". Start it again to write, or with index.readOnly to search only.',
    );
    onLost(`${lost.message} ${lost.remedy}`);
    return lost;
  }

  /** Renews the lease. Throws `notOwner` if another daemon owns it now. */
  async function writeBeat(isLast: boolean): Promise<void> {
    const started = readClocks();
    const next = { ...body, beat: body.beat + 1, released: isLast };
    // A write without an answer may have arrived, so the second attempt continues from what is there.
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const written = await storage.write(LEASE_OBJECT, formatLease(next), { version });
      if (written !== undefined) {
        [body, version, renewed] = [next, written, started];
        return;
      }
      const current = await storage.read(LEASE_OBJECT);
      const found = current && parseLease(current.text);
      if (current === undefined || found?.ownerId !== body.ownerId || found.token !== body.token)
        throw lose(found);
      if (current.text === formatLease(next)) {
        [body, version, renewed] = [next, current.version, started];
        return;
      }
      version = current.version;
    }
    throw new StoreError(
      'failed',
      `The lease of the index in ${storage.address} cannot be renewed.`,
      'Goldfish tries again. Check the storage if this goes on.',
    );
  }

  const renew = (): Promise<void> => {
    renewal ??= writeBeat(false).finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) => {
      if (lost === undefined) onTrouble(messageOf(error));
    });
  }, termMs * RENEWAL_SHARE);
  timer.unref();

  return {
    token: body.token,
    async check() {
      if (lost !== undefined) throw lost;
      if (isReleased) throw new StoreError('failed', 'The index is closed.', 'Start Goldfish again.');
      if (ageMs() >= termMs * SAFE_SHARE) await renew();
    },
    problem: () => lost && `${lost.message} ${lost.remedy}`,
    async release() {
      clearInterval(timer);
      isReleased = true;
      await renewal?.catch(() => undefined);
      // A lease that cannot be released ends by its term.
      if (lost === undefined) await writeBeat(true).catch(() => undefined);
    },
  };
}

const capitalise = (text: string) => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
