import type { Method } from '../../protocol/methods.ts';
import { USER_ROLES } from '../../protocol/names.ts';
import type { UserRole } from '../../protocol/users.ts';
import type { Library } from '../library.ts';
import { goldfishError } from './errors.ts';

/**
 * Who a client is, from the least rights to the most. `device`: a phone or tablet with the network address of the page.
 * `local`: a program of the user who runs the daemon.
 */
const ACCESS_ROLES = ['device', ...USER_ROLES, 'local'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

/** One request of a user, as the audit log records it. */
export interface RequestRecord {
  readonly method: string;
  readonly params: unknown;
  /** The code of the error that answered it. Absent if it succeeded. */
  readonly error?: number;
  readonly ms: number;
}

/** What a client may do. */
export interface Access {
  readonly role: AccessRole;
  /** The name of the user over the network. */
  readonly user?: string;
  /** The library as the client may see it. Absent if that is all of it. */
  readonly library?: Library;
  /** Records each request of a user. */
  readonly record?: (request: RequestRecord) => void;
}

export const LOCAL_ACCESS: Access = { role: 'local' };
export const DEVICE_ACCESS: Access = { role: 'device' };

/**
 * The least role that each request needs. The compiler asks about a new one. `local` is right for whatever acts on the
 * machine itself: its files, settings, secrets and users.
 */
export const LEAST_ROLES: { readonly [M in Method]: AccessRole } = {
  'goldfish/folders/list': 'device',
  'goldfish/folders/add': 'owner',
  'goldfish/folders/remove': 'owner',
  'goldfish/folders/browse': 'owner',
  'goldfish/status': 'device',
  'goldfish/usage': 'owner',
  'goldfish/workers': 'owner',
  'goldfish/search': 'device',
  'goldfish/ask': 'device',
  'goldfish/clip': 'device',
  'goldfish/video': 'device',
  'goldfish/videos': 'device',
  'goldfish/heat': 'device',
  'goldfish/frames': 'reader',
  'goldfish/playback': 'device',
  // All players of one person pause each other. Those of other people are none of their business.
  'goldfish/playing': 'local',
  'goldfish/export': 'device',
  'goldfish/export/clips': 'local',
  'goldfish/reel': 'device',
  'goldfish/subtitles': 'device',
  'goldfish/chapters': 'device',
  'goldfish/digest': 'device',
  'goldfish/alerts/list': 'reader',
  'goldfish/alerts/add': 'owner',
  'goldfish/alerts/remove': 'owner',
  'goldfish/page': 'local',
  'goldfish/index': 'owner',
  'goldfish/corrections/list': 'device',
  'goldfish/corrections/line': 'corrector',
  'goldfish/corrections/speaker': 'corrector',
  'goldfish/corrections/tag': 'corrector',
  'goldfish/corrections/remove': 'corrector',
  'goldfish/opened': 'reader',
  'goldfish/train/searches': 'local',
  'goldfish/train/estimate': 'local',
  'goldfish/train/export': 'local',
  'goldfish/train/import': 'local',
  'goldfish/add': 'owner',
  'goldfish/record/list': 'owner',
  // Runs a program of the machine on any address, private ones too.
  'goldfish/record/start': 'local',
  'goldfish/record/stop': 'local',
  'goldfish/forget': 'owner',
  'goldfish/reindex': 'owner',
  'goldfish/pause': 'owner',
  'goldfish/resume': 'owner',
  'goldfish/settings/get': 'owner',
  // Settings name programs to run, hosts to send text to, and who may connect.
  'goldfish/settings/set': 'local',
  'goldfish/models/list': 'owner',
  'goldfish/models/pull': 'owner',
  'goldfish/models/pin': 'local',
  'goldfish/models/exam': 'owner',
  'goldfish/models/remove': 'owner',
  'goldfish/models/key': 'local',
  'goldfish/users/list': 'local',
  'goldfish/users/add': 'local',
  'goldfish/users/remove': 'local',
  'goldfish/serve': 'local',
  'goldfish/stop': 'local',
};

/** Parameters that name a file to write or an address on the machine to post to, or that open the private network. */
const LOCAL_PARAMS: readonly string[] = ['file', 'webhook', 'allowPrivate'];

const isMethod = (method: string): method is Method => Object.hasOwn(LEAST_ROLES, method);

/**
 * Throws if a client may not send a request. Requests of LSP are for local clients: their answers are about documents and
 * links of one machine.
 */
export function checkAccess({ role }: Access, method: string, params: unknown): void {
  if (role === 'local') return;
  const hasLocalParam =
    typeof params === 'object' && params !== null && LOCAL_PARAMS.some((name) => name in params);
  const leastRole = isMethod(method) && !hasLocalParam ? LEAST_ROLES[method] : 'local';
  if (ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(leastRole)) return;
  throw accessDenied(role, leastRole);
}

function accessDenied(role: AccessRole, leastRole: AccessRole) {
  const here = 'Do this on the computer that runs Goldfish.';
  if (role === 'device') return goldfishError('invalid', 'This device may read, but change nothing.', here);
  if (leastRole === 'local') return goldfishError('invalid', 'This cannot be done over the network.', here);
  return goldfishError(
    'invalid',
    `You are a ${role}. This needs the role ${leastRole}.`,
    'Ask the owner of the library for it.',
  );
}

/** Returns what a client over the network is told about its rights. `readOnly`: it may change nothing. */
export function describeAccess({ role, user }: Access): {
  readonly readOnly: boolean;
  readonly role?: UserRole;
  readonly user?: string;
} {
  if (role === 'device' || role === 'local') return { readOnly: role === 'device' };
  return { readOnly: role === 'reader', role, ...(user !== undefined && { user }) };
}
