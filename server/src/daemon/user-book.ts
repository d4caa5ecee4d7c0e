import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { USER_ROLES } from '../../protocol/names.ts';
import type { User, UsersAddParams } from '../../protocol/users.ts';
import { messageOf } from '../base/message-of.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { NetworkUser, NetworkUsers } from '../http/network-user.ts';
import { RequestError } from '../library.ts';

/** Says in logs and to secret scanners what a leaked text is. */
const TOKEN_PREFIX = 'goldfish_';
const TOKEN_BYTES = 32;
const MAX_USERS = 1000;
/** How long a browser stays signed in, in seconds. */
export const SIGNED_IN_S = 30 * 24 * 60 * 60;
/** Permissions of other users of the machine, who could sign in as anybody with the secret. */
const OTHERS_MODE = 0o077;

const storedUser = z.object({
  name: z.string(),
  role: z.enum(USER_ROLES),
  folders: z.array(z.string()).optional(),
  /** SHA-256 of the token, hex. Absent if only a proxy identifies the user. */
  tokenHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  createdMs: z.number(),
});
type StoredUser = z.infer<typeof storedUser>;

const storedBook = z.object({ secret: z.string().min(32), users: z.array(storedUser) });
type StoredBook = z.infer<typeof storedBook>;

export interface UserBook extends NetworkUsers {
  list(): readonly User[];
  /** Returns the new token. Rejects with RequestError if the book cannot take the user. */
  add(params: UsersAddParams): Promise<string | undefined>;
  remove(name: string): Promise<void>;
  /** Calls the listener with the name of a user whose rights changed or ended. */
  onChange(listener: (name: string) => void): () => void;
}

// A token has 256 random bits, so one round of SHA-256 is enough: nobody can guess it from its hash.
const hashToken = (token: string) => createHash('sha256').update(token).digest();
const createSecret = () => randomBytes(32).toString('base64url');

/** Names are equal in any case, because identity providers change the case of addresses. */
const toKey = (name: string) => name.normalize('NFC').toLowerCase();

/**
 * Opens the users of a data folder: a file that only its owner can read. It contains hashes of tokens, and the secret
 * that signs cookies. `now`: milliseconds since 1970. Throws if the file exists and cannot be read, because without it
 * nobody could tell whom to refuse.
 */
export function openUserBook(
  path: string,
  now: () => number,
  onProblem: (message: string) => void,
): UserBook {
  let book = readBook(path, onProblem);
  const listeners = new Set<(name: string) => void>();

  const save = async (next: StoredBook, changedName: string) => {
    await writeFileAtomic(path, `${JSON.stringify(next, undefined, 1)}\n`, { mode: 0o600 });
    book = next;
    for (const listener of listeners) listener(changedName);
  };
  const find = (name: string) => book.users.find((user) => toKey(user.name) === toKey(name));
  const sign = (user: StoredUser, expiresS: number) =>
    createHmac('sha256', book.secret)
      .update(JSON.stringify(['cookie', user.name, user.createdMs, user.tokenHash ?? '', expiresS]))
      .digest();

  return {
    list: () => book.users.map(toUser).sort((a, b) => (a.name < b.name ? -1 : 1)),
    async add({ name, role, folders, token: wantsToken = true }) {
      checkNewUser(book, find(name), role, folders);
      const token = wantsToken
        ? `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`
        : undefined;
      const user: StoredUser = {
        name,
        role,
        ...(folders && { folders: [...folders] }),
        ...(token !== undefined && { tokenHash: hashToken(token).toString('hex') }),
        createdMs: now(),
      };
      const others = book.users.filter((other) => toKey(other.name) !== toKey(name));
      await save({ ...book, users: [...others, user] }, name);
      return token;
    },
    async remove(name) {
      if (find(name) === undefined)
        throw new RequestError('notFound', `There is no user "${name}".`, 'See "goldfish users".');
      await save({ ...book, users: book.users.filter((user) => toKey(user.name) !== toKey(name)) }, name);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    findByToken(token) {
      const hash = hashToken(token);
      // Compares with all, so that the time says nothing about whose token is similar.
      let match: StoredUser | undefined;
      for (const user of book.users)
        if (user.tokenHash !== undefined && timingSafeEqual(Buffer.from(user.tokenHash, 'hex'), hash))
          match = user;
      return match && toNetworkUser(match);
    },
    findByIdentity(identity) {
      const user = find(identity);
      return user && toNetworkUser(user);
    },
    createCookie({ name }) {
      const user = find(name);
      if (user === undefined) return '';
      const expiresS = Math.floor(now() / 1000) + SIGNED_IN_S;
      return [
        Buffer.from(user.name).toString('base64url'),
        expiresS,
        sign(user, expiresS).toString('base64url'),
      ].join('.');
    },
    findByCookie(cookie) {
      const [encodedName = '', expires = '', signature = ''] = cookie.split('.');
      const user = find(Buffer.from(encodedName, 'base64url').toString());
      const expiresS = Number(expires);
      if (user === undefined || !Number.isSafeInteger(expiresS)) return undefined;
      const expected = sign(user, expiresS);
      const given = Buffer.from(signature, 'base64url');
      const isValid = given.length === expected.length && timingSafeEqual(given, expected);
      return isValid && now() < expiresS * 1000 ? toNetworkUser(user) : undefined;
    },
  };
}

function readBook(path: string, onProblem: (message: string) => void): StoredBook {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { secret: createSecret(), users: [] };
    throw new Error(`${path} cannot be read: ${messageOf(error)}`);
  }
  const parsed = storedBook.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Error(`${path} is damaged. Restore it from a backup, or delete it and add the users again.`);
  if (process.platform === 'win32' || (statSync(path).mode & OTHERS_MODE) === 0) return parsed.data;
  onProblem(`${path} could be read by other users of this machine: everybody must sign in again`);
  chmodSync(path, 0o600);
  return { ...parsed.data, secret: createSecret() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkNewUser(
  book: StoredBook,
  existing: StoredUser | undefined,
  role: User['role'],
  folders: readonly Uri[] | undefined,
): void {
  if (role === 'owner' && folders !== undefined)
    throw new RequestError(
      'invalid',
      'An owner sees all folders.',
      'Leave the folders out, or choose another role.',
    );
  if (existing === undefined && book.users.length >= MAX_USERS)
    throw new RequestError('invalid', `There are ${MAX_USERS} users already.`, 'Remove one first.');
}

function toUser({ name, role, folders, tokenHash, createdMs }: StoredUser): User {
  return {
    name,
    role,
    ...(folders && { folders }),
    token: tokenHash !== undefined,
    created: new Date(createdMs).toISOString(),
  };
}

function toNetworkUser({ name, role, folders }: StoredUser): NetworkUser {
  return { name, role, ...(folders && { folders }) };
}
