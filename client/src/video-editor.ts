import { randomBytes } from 'node:crypto';
import {
  type CustomReadonlyEditorProvider,
  Disposable,
  l10n,
  type Uri,
  type WebviewPanel,
  window,
} from 'vscode';
import { ErrorCodes } from '../../server/protocol/errors.ts';
import { nameOf } from '../page/text.ts';
import { codeOf, type Daemon, MOMENT_SCHEME } from './daemon.ts';
import { indexFile } from './folders.ts';
import { escapeHtml, type Pages } from './pages.ts';

export const VIDEO_EDITOR = 'goldfish.video';

/** Opens media files in the page's player. Offers to index a file that is not in the library. */
export function registerVideoEditor(daemon: Daemon, pages: Pages): Disposable {
  const options = {
    webviewOptions: { retainContextWhenHidden: true },
    supportsMultipleEditorsPerDocument: true,
  };
  const provider: CustomReadonlyEditorProvider = {
    openCustomDocument: (resource: Uri) => ({ uri: resource, dispose: () => undefined }),
    async resolveCustomEditor({ uri: resource }, panel) {
      const uri = resource.scheme === MOMENT_SCHEME ? resource.with({ scheme: 'file' }) : resource;
      const file = uri.with({ fragment: '' }).toString();
      const t = /^t=(?:npt:)?(\d+(?:\.\d+)?)/.exec(uri.fragment)?.[1] ?? '0';
      const showPlayer = () => pages.fillPanel(panel, { v: file, t });
      if (uri.scheme !== 'file') {
        panel.webview.html = messageHtml(l10n.t('Goldfish can only play local files.'));
      } else if (await isIndexed(daemon, file)) showPlayer();
      else offerIndexing(daemon, panel, file, showPlayer);
    },
  };
  return Disposable.from(
    window.registerCustomEditorProvider(VIDEO_EDITOR, provider, options),
    window.registerCustomEditorProvider('goldfish.moment', provider, options),
  );
}

async function isIndexed(daemon: Daemon, uri: string): Promise<boolean> {
  try {
    const { state } = await daemon.request('goldfish/video', { uri });
    return state !== 'forgotten';
  } catch (error) {
    if (codeOf(error) === ErrorCodes.notFound) return false;
    throw error;
  }
}

function offerIndexing(daemon: Daemon, panel: WebviewPanel, uri: string, play: () => void): void {
  const { webview } = panel;
  const name = nameOf(decodeURIComponent(uri));
  webview.options = { enableScripts: true, localResourceRoots: [] };
  webview.html = messageHtml(
    l10n.t('{0} is not indexed. Index it to search it, ask about it and play it here.', name),
    l10n.t('Index Video'),
  );
  const messageListener = webview.onDidReceiveMessage(async ({ kind }: { readonly kind?: unknown }) => {
    if (kind !== 'index') return;
    try {
      if (!(await indexFile(daemon, uri, name))) return;
      messageListener.dispose();
      play();
    } catch (error) {
      void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
    }
  });
  panel.onDidDispose(() => messageListener.dispose());
}

const STYLE =
  'button { padding: 6px 12px; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; ' +
  'background: var(--vscode-button-background); color: var(--vscode-button-foreground); font: inherit; cursor: pointer }' +
  'button:hover { background: var(--vscode-button-hoverBackground) }';

/** Returns a page with a text, and with a button that posts `index` if a label is given. */
function messageHtml(text: string, button?: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  const buttonHtml =
    button === undefined
      ? ''
      : `<button id="index">${escapeHtml(button)}</button>
    <script nonce="${nonce}">
      const editor = acquireVsCodeApi();
      document.querySelector('#index').addEventListener('click', () => editor.postMessage({ kind: 'index' }));
    </script>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <title>Goldfish</title>
    <style nonce="${nonce}">${STYLE}</style>
  </head>
  <body>
    <p>${escapeHtml(text)}</p>
    ${buttonHtml}
  </body>
</html>`;
}
