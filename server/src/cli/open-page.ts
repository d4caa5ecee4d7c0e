import type { CommandContext } from './context.ts';
import type { PlaybackPosition } from './player.ts';
import { findEarlyFailure, hasScreen } from './screen.ts';

/** Returns the address of the page, with the moment if one is given. */
export async function pageUrl(
  context: CommandContext,
  moment: PlaybackPosition | undefined,
): Promise<string> {
  const client = await context.client();
  const { url } = await client.request('goldfish/page', {}, { signal: context.signal });
  if (moment === undefined) return url;
  return `${url}#${new URLSearchParams({ v: moment.uri, t: String(moment.startMs / 1000) })}`;
}

/** Opens an address in the user's browser. Returns false if there is no screen, or no browser could be started. */
export async function showInBrowser(url: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (!hasScreen(env)) return false;
  try {
    // Loaded on demand: with what it depends on, it is a tenth of what every command would load.
    const { default: openExternally } = await import('open');
    return (await findEarlyFailure(await openExternally(url))) === undefined;
  } catch {
    return false;
  }
}
