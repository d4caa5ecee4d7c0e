import { type ExtensionContext, Uri, window } from 'vscode';
import { registerCommands } from './commands.ts';
import { createDaemon } from './daemon.ts';
import { createPages } from './pages.ts';
import { followSettings } from './settings.ts';
import { createStatusBar } from './statusBar.ts';

/** Registers everything and starts nothing: the daemon is reached with the first use. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Goldfish', { log: true });
  const installed = Uri.joinPath(context.globalStorageUri, 'server/server/bin/goldfish.mjs').fsPath;
  const daemon = createDaemon(installed, log);
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
