import { z } from 'zod';
import { uri } from './base.ts';
import type { Message } from './message.ts';
import { USER_ROLES } from './names.ts';

export const userRole = z
  .enum(USER_ROLES)
  .describe(
    '`reader`: searches, asks and plays. `corrector`: also corrects lines, speakers and tags. `owner`: also changes folders, ' +
      'alerts and indexing.',
  );
export type UserRole = Message<typeof userRole>;

const userName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,127}$/u, 'must be 1 to 128 letters, digits or . _ @ + -');

export const user = z
  .object({
    name: userName,
    role: userRole,
    folders: z.array(uri).optional().describe('The folders and videos that the user may see; all if absent.'),
    token: z.boolean().describe('False: only a proxy can identify the user.'),
    created: z.string().describe('ISO 8601.'),
  })
  .describe('A person or program that may use the library over the network.');
export type User = Message<typeof user>;

export const usersAddParams = z.object({
  name: userName.describe('Of an existing user, role, folders and token are replaced.'),
  role: userRole,
  folders: z
    .array(uri)
    .min(1)
    .max(1000)
    .optional()
    .describe('Folders or videos that the user may see; all if absent. Not for owners.'),
  token: z
    .boolean()
    .optional()
    .describe('False: create no token, because a proxy identifies the user. True if absent.'),
});
export type UsersAddParams = Message<typeof usersAddParams>;

export const usersRemoveParams = z.object({ name: userName });
export type UsersRemoveParams = Message<typeof usersRemoveParams>;

export const usersResult = z.object({ users: z.array(user).describe('Sorted by name.') });
export type UsersResult = Message<typeof usersResult>;

export const usersAddResult = usersResult.extend({
  token: z
    .string()
    .optional()
    .describe('The token of the new user. It is shown this once: only its hash is stored.'),
});
export type UsersAddResult = Message<typeof usersAddResult>;

export const serveParams = z
  .object({
    listen: z.string().max(300).describe('`HOST:PORT`; port 0 chooses a free one.'),
    certificate: z.string().max(4096).optional().describe('Absolute path of a certificate chain, PEM.'),
    key: z.string().max(4096).optional().describe("Absolute path of the certificate's private key, PEM."),
    behindProxy: z
      .boolean()
      .optional()
      .describe('A proxy in front ends TLS. Needed without a certificate, unless HOST is loopback.'),
    names: z
      .array(z.string().min(1).max(253))
      .max(100)
      .optional()
      .describe('Further host names that requests may use, such as that of the proxy.'),
    trustedProxies: z
      .array(z.string().min(1).max(64))
      .max(100)
      .optional()
      .describe('Addresses or networks (`10.0.0.0/8`) of proxies whose `identityHeader` counts.'),
    identityHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
      .optional()
      .describe('The header in which a trusted proxy names the user, such as `X-Auth-Request-Email`.'),
  })
  .describe('Serves the library to users until the session that asks for it ends.');
export type ServeParams = Message<typeof serveParams>;

export const serveResult = z.object({ url: z.string().describe('The address, with a final slash.') });
export type ServeResult = Message<typeof serveResult>;
