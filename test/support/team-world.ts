import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ServeParams, UserRole } from '../../server/protocol/users.ts';
import { type Sandbox, sandbox, startDaemon } from './daemon.ts';
import type { IndependentClient } from './independent-client.ts';
import { connectPage } from './page-client.ts';
import { atRest, render, srt, statusWhen, uriOf } from './watched.ts';

/** A word of names and lines in the folder that readers may not see. */
export const CANARY = 'zanzibarova';

export interface TeamWorld {
  readonly box: Sandbox;
  /** The user of the machine. */
  readonly local: IndependentClient;
  /** With a final slash. */
  readonly url: string;
  /** Adds a user and returns the token. */
  addUser(name: string, role: UserRole, folders?: readonly string[]): Promise<string>;
  /** Opens the session of a user's page. */
  connect(token: string): Promise<IndependentClient>;
}

/** A daemon that serves users. `params`: how, on a free port of loopback if absent. */
export async function serveTeam(
  t: TestContext,
  params: Partial<ServeParams> = {},
  box: Sandbox = sandbox(),
): Promise<TeamWorld> {
  mkdirSync(box.dataDir, { recursive: true });
  writeFileSync(join(box.dataDir, 'settings.json'), JSON.stringify({ 'models.offline': true }));
  const daemon = await startDaemon(box);
  t.after(async () => {
    daemon.child.kill();
    await daemon.exit;
  });
  const local = await daemon.client();
  const { url } = await local.result('goldfish/serve', { listen: '127.0.0.1:0', ...params });
  return {
    box,
    local,
    url: String(url),
    async addUser(name, role, folders) {
      const uris = folders?.map((folder) => uriOf(folder));
      const { token } = await local.result('goldfish/users/add', {
        name,
        role,
        ...(uris && { folders: uris }),
      });
      return String(token);
    },
    async connect(token) {
      const client = await connectPage(String(url), { headers: { authorization: `Bearer ${token}` } });
      await client.initialize();
      client.notify('initialized');
      return client;
    },
  };
}

/** A folder that all may see and one that readers may not, with a content that is in both, and a file that fails. */
export async function fillTwoFolders({ box, local }: TeamWorld) {
  const media = join(box.folder, 'media');
  const open = join(media, 'open');
  const hidden = join(media, `${CANARY} files`);
  for (const folder of [media, open, hidden]) mkdirSync(folder);
  await render(join(open, 'harvest.mp4'), 10, 'Apples are harvested in October.');
  await render(join(hidden, `${CANARY} deal.mp4`), 80, `The ${CANARY} merger is signed on Friday.`);
  // The same content in both folders. What is beside the hidden copy belongs to that copy.
  await render(join(open, 'shared.mp4'), 150, 'Cranes dance when they meet.');
  copyFileSync(join(open, 'shared.mp4'), join(hidden, `${CANARY} copy.mp4`));
  writeFileSync(join(hidden, `${CANARY} copy.srt`), srt(`A note about ${CANARY} cranes.`));
  writeFileSync(join(hidden, `${CANARY} broken.mp4`), 'not a video');
  await local.result('goldfish/alerts/add', { query: 'merger', desktop: false });
  await local.result('goldfish/alerts/add', { query: 'harvested', desktop: false });
  await local.result('goldfish/folders/add', { uri: uriOf(media) });
  await statusWhen(local, (status) => atRest(status) && status.videos === 5 && status.planning !== true);
  return { media, open, hidden };
}
