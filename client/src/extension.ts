import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExtensionContext, Uri, window } from 'vscode';
import { registerCommands } from './commands.ts';
import { createDaemon } from './daemon.ts';
import { offerInstall, type Places } from './install.ts';
import { launchOf, NotInstalled } from './launch.ts';
import { createPages } from './pages.ts';
import { followSettings } from './settings.ts';
import { createStatusBar } from './statusBar.ts';

/** Registers everything and starts nothing: the daemon is reached with the first use. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Goldfish', { log: true });
  const places = placesOf(context);
  const installed = join(places.target, 'server/bin/goldfish.mjs');
  const daemon = createDaemon(async () => {
    try {
      return launchOf(installed);
    } catch (error) {
      if (!(error instanceof NotInstalled) || !(await offerInstall(places, log))) throw error;
      return launchOf(installed);
    }
  }, log);
  const pages = createPages(context.extensionUri, daemon);
  context.subscriptions.push(
    log,
    pages,
    window.registerWebviewViewProvider('goldfish.view', pages, {
      webviewOptions: { retainContextWhenHidden: true },
    }),
    createStatusBar(daemon),
    followSettings(daemon),
    ...registerCommands({ daemon, pages, log }),
    window.registerUriHandler({
      // vscode://goldfish-video.goldfish-video/open?uri=file%3A%2F%2F...&t=83.2: the daemon shows indexed files alone.
      handleUri({ path, query }) {
        const asked = new URLSearchParams(query);
        const uri = asked.get('uri');
        if (path === '/open' && uri?.startsWith('file:')) pages.show({ v: uri, t: asked.get('t') ?? '0' });
      },
    }),
    { dispose: () => void daemon.stop() },
  );
}

/** The carried server has a name of its own for each build, so that an update never runs on old libraries. */
function placesOf({ extensionUri, globalStorageUri }: ExtensionContext): Places {
  const carried = Uri.joinPath(extensionUri, 'server').fsPath;
  const build = existsSync(join(carried, 'dist/build.txt'))
    ? readFileSync(join(carried, 'dist/build.txt'), 'utf8').trim()
    : 'none';
  return { carried, target: join(globalStorageUri.fsPath, 'servers', build.replace(/[^\w.+-]/g, '_')) };
}
