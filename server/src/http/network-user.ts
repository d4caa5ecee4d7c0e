import type { UserRole } from '../../protocol/users.ts';
import type { Uri } from '../core/domain/time-range.ts';

/** A person or program that uses the library over the network. */
export interface NetworkUser {
  readonly name: string;
  readonly role: UserRole;
  /** What the user may see; everything if absent. */
  readonly folders?: readonly Uri[];
}

/** Recognises users. All methods return undefined for a stranger. */
export interface NetworkUsers {
  findByToken(token: string): NetworkUser | undefined;
  /** `identity`: the name that a trusted proxy gives. */
  findByIdentity(identity: string): NetworkUser | undefined;
  /** Finds the user of a cookie that `createCookie` made. It ends with the token it was made for. */
  findByCookie(cookie: string): NetworkUser | undefined;
  createCookie(user: NetworkUser): string;
}
