import { randomBytes } from 'node:crypto';
import {
  type Disposable,
  l10n,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  type WebviewView,
  type WebviewViewProvider,
  window,
  workspace,
} from 'vscode';
import type { FromEditor, ToEditor } from '../page/messages.ts';
import { bridge, mediaAddress } from './bridge.ts';
import type { Daemon } from './daemon.ts';
import type { Play } from './player.ts';

/** Shows the page in the side bar and in an editor tab. */
export interface Pages extends WebviewViewProvider, Disposable {
  /** Opens the tab, or brings it to the front, and shows a fragment of the page's address. */
  show(fragment: Readonly<Record<string, string>>): void;
  /** Shows the page in an existing panel. */
  fillPanel(panel: WebviewPanel, fragment: Readonly<Record<string, string>>): void;
}

/** Where a webview is, and with it where its videos play: `side` plays them in a tab. */
type Place = 'side' | 'tab';

/** Returns where a video plays that is opened in the side bar. */
const sideBarPlayer = () =>
  workspace.getConfiguration('goldfish').get<'beside' | 'tab' | 'sideBar'>('sideBarPlayer', 'beside');

/** Returns the column of the player: beside the text that is being edited, if there is any. */
function playerColumn(): ViewColumn {
  const isFree = window.tabGroups.activeTabGroup.tabs.length === 0;
  return sideBarPlayer() === 'beside' && !isFree ? ViewColumn.Beside : ViewColumn.Active;
}

export function createPages(extension: Uri, daemon: Daemon, play: Play): Pages {
  const files = Uri.joinPath(extension, 'page');
  const options = { enableScripts: true, localResourceRoots: [files] };
  const liveWebviews = new Set<Webview>();
  let panel: WebviewPanel | undefined;

  /** Fills a webview when the daemon is ready, and again when the user restarts it. */
  const fillWebview = (
    webview: Webview,
    place: Place,
    onDispose: (listener: () => void) => void,
    fragment = '',
  ) => {
    webview.options = options;
    liveWebviews.add(webview);
    let bridgeSubscription: Disposable | undefined;
    const load = async () => {
      webview.html = plainHtml(l10n.t('Goldfish is starting ...'));
      try {
        const media = await mediaAddress(daemon);
        bridgeSubscription?.dispose();
        bridgeSubscription = bridge(webview, daemon, play, { media, fragment });
        const isOwnPlayer = place === 'side' && sideBarPlayer() === 'sideBar';
        webview.html = pageHtml(webview, files, media, isOwnPlayer ? 'tab' : place);
      } catch (error) {
        webview.html = plainHtml((error as Error).message);
      }
    };
    const goneListener = daemon.onGone(() => {
      if (!liveWebviews.has(webview)) return;
      void webview.postMessage({ kind: 'gone' } satisfies FromEditor);
    });
    const messageListener = webview.onDidReceiveMessage((message: ToEditor) => {
      if (message.kind === 'restart') void load();
      else if (message.kind === 'playBeside') showTab(message.fragment, playerColumn(), true);
    });
    const settingListener = workspace.onDidChangeConfiguration((change) => {
      if (place === 'side' && change.affectsConfiguration('goldfish.sideBarPlayer')) void load();
    });
    onDispose(() => {
      liveWebviews.delete(webview);
      goneListener.dispose();
      messageListener.dispose();
      settingListener.dispose();
      bridgeSubscription?.dispose();
    });
    void load();
  };

  /** Opens the tab, or brings it to the front. `preserveFocus` leaves the focus in the side bar. */
  const showTab = (fragment: string, viewColumn: ViewColumn, preserveFocus = false) => {
    if (panel !== undefined) {
      panel.reveal(undefined, preserveFocus);
      void panel.webview.postMessage({ kind: 'show', fragment } satisfies FromEditor);
      return;
    }
    const newPanel = window.createWebviewPanel(
      'goldfish.page',
      'Goldfish',
      { viewColumn, preserveFocus },
      { ...options, retainContextWhenHidden: true },
    );
    panel = newPanel;
    newPanel.iconPath = Uri.joinPath(files, 'icon.svg');
    fillWebview(
      newPanel.webview,
      'tab',
      (listener) =>
        newPanel.onDidDispose(() => {
          panel = undefined;
          listener();
        }),
      fragment,
    );
  };

  return {
    resolveWebviewView(view: WebviewView) {
      fillWebview(view.webview, 'side', (listener) => view.onDidDispose(listener));
    },
    show: (parameters) => showTab(new URLSearchParams(parameters).toString(), ViewColumn.Active),
    fillPanel(targetPanel, fragment) {
      const text = new URLSearchParams(fragment).toString();
      fillWebview(targetPanel.webview, 'tab', (listener) => targetPanel.onDidDispose(listener), text);
    },
    dispose() {
      panel?.dispose();
    },
  };
}

export const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

const plainHtml = (text: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>Goldfish</title></head><body><p>${escapeHtml(text)}</p></body></html>`;

/** Returns the page with a content security policy that allows the media server. */
function pageHtml(webview: Webview, files: Uri, media: string, place: Place): string {
  const nonce = randomBytes(16).toString('base64url');
  const origin = new URL(media).origin;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `img-src ${origin}`,
    `media-src ${origin}`,
  ].join('; ');
  const file = (name: string) => webview.asWebviewUri(Uri.joinPath(files, name)).toString();
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Goldfish</title>
    <link rel="stylesheet" href="${escapeHtml(file('page.css'))}" />
    <script type="module" nonce="${nonce}" src="${escapeHtml(file('page.js'))}"></script>
  </head>
  <body data-place="${place}">
    <div id="app"></div>
  </body>
</html>`;
}
