import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExtensionContext, languages, Uri, window, workspace } from 'vscode';
import { showAlerts } from './alerts.ts';
import { createApiKeyStore } from './api-key-store.ts';
import { registerChat } from './chat.ts';
import { registerCommands } from './commands.ts';
import { createExecutable, NotInstalledError } from './create-executable.ts';
import { createDaemon, NOTE_SELECTOR } from './daemon.ts';
import { createDoctor } from './doctor.ts';
import { registerMomentDrop } from './drop-moment.ts';
import { createEditorModel } from './editor-model.ts';
import { type InstallPaths, launcherIn, offerInstall } from './install.ts';
import { offerMcpServer } from './mcp-server.ts';
import { createPages } from './pages.ts';
import { createPlay } from './player.ts';
import { followSettings } from './settings.ts';
import { createStatusBar } from './status-bar.ts';
import { registerTools } from './tools.ts';
import { registerVideoEditor } from './video-editor.ts';

/** Registers all features. Starts nothing: the daemon is contacted on first use. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Goldfish', { log: true });
  const installPaths = toInstallPaths(context);
  const launcher = launcherIn(installPaths.installFolder);
  const launch = async (args: readonly string[]) => {
    try {
      return createExecutable(launcher, args);
    } catch (error) {
      if (!(error instanceof NotInstalledError) || !(await offerInstall(installPaths, log))) throw error;
      return createExecutable(launcher, args);
    }
  };
  const editorModel = createEditorModel();
  const daemon = createDaemon({
    launch: () => launch(['lsp', '--stdio']),
    log,
    answer: editorModel.answer,
  });
  const pages = createPages(context.extensionUri, daemon, createPlay(launch));
  const keys = createApiKeyStore(context, daemon);
  const doctor = createDoctor(launch);
  const icon = Uri.joinPath(context.extensionUri, 'page/icon.svg');
  const { version } = context.extension.packageJSON as { readonly version: string };
  context.subscriptions.push(
    log,
    pages,
    keys,
    doctor,
    window.registerWebviewViewProvider('goldfish.view', pages, {
      webviewOptions: { retainContextWhenHidden: true },
    }),
    registerVideoEditor(daemon, pages),
    registerMomentDrop(),
    createStatusBar(daemon),
    showAlerts(daemon, pages),
    followSettings(daemon),
    registerTools(daemon),
    registerChat(icon, daemon, editorModel),
    offerMcpServer((args) => createExecutable(launcher, args), version),
    ...registerCommands({ daemon, pages, keys, doctor, log }),
    window.registerUriHandler({
      // vscode://goldfish-video.goldfish-video/open?uri=file%3A%2F%2F...&t=83.2: the daemon only shows indexed files.
      handleUri({ path, query }) {
        const parameters = new URLSearchParams(query);
        const uri = parameters.get('uri');
        if (path === '/open' && uri?.startsWith('file:'))
          pages.show({ v: uri, t: parameters.get('t') ?? '0' });
      },
    }),
    { dispose: () => void daemon.stop() },
  );
  /** Connects to the daemon when a note opens, for links, hovers and completion. Never offers to install Goldfish. */
  const startForNotes = (document: Parameters<typeof languages.match>[1]) => {
    if (languages.match(NOTE_SELECTOR, document) === 0) return;
    documentListener.dispose();
    try {
      createExecutable(launcher, []);
    } catch {
      return;
    }
    daemon.ensureRunning().catch((error: Error) => log.warn(error.message));
  };
  const documentListener = workspace.onDidOpenTextDocument(startForNotes);
  context.subscriptions.push(documentListener);
  for (const document of workspace.textDocuments) startForNotes(document);
}

/** Returns the install folder. Each build of the bundled server has its own, so that an update never uses old libraries. */
function toInstallPaths({ extensionUri, globalStorageUri }: ExtensionContext): InstallPaths {
  const bundleFolder = Uri.joinPath(extensionUri, 'server').fsPath;
  const build = existsSync(join(bundleFolder, 'app/dist/build.txt'))
    ? readFileSync(join(bundleFolder, 'app/dist/build.txt'), 'utf8').trim()
    : 'none';
  return {
    bundleFolder,
    installFolder: join(globalStorageUri.fsPath, 'servers', build.replace(/[^\w.+-]/g, '_')),
  };
}
