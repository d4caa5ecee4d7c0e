import { commands, type Disposable, env, type LogOutputChannel, l10n, Uri, window } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import type { Daemon } from './daemon.ts';
import { showDoctor } from './doctor.ts';
import { exportMoments, type Given } from './export.ts';
import { addFolder, removeFolder } from './folders.ts';
import type { Keys } from './keys.ts';
import { pullModel, removeModel, showModels, useModel } from './models.ts';
import type { Pages } from './pages.ts';
import { pickMoment } from './search.ts';
import { VIDEO_EDITOR } from './videoEditor.ts';

export interface CommandParts {
  readonly daemon: Daemon;
  readonly pages: Pages;
  readonly keys: Keys;
  readonly launch: (args: readonly string[]) => Promise<Executable>;
  readonly log: LogOutputChannel;
}

const text = (given: unknown) => (typeof given === 'string' ? given : undefined);

/** Every command of the extension by its id; `manifest.ts` gives each a title. */
export function registerCommands({ daemon, pages, keys, launch, log }: CommandParts): Disposable[] {
  const watchFrom = async (words?: string) => {
    const hit = await pickMoment(daemon, words);
    if (hit) pages.show({ v: hit.uri, t: String(hit.startMs / 1000) });
  };
  const all: Readonly<Record<string, (...given: readonly unknown[]) => unknown>> = {
    'goldfish.open': () => pages.show({}),
    'goldfish.library': () => pages.show({ view: 'library' }),
    async 'goldfish.ask'(given) {
      const q = text(given) ?? (await window.showInputBox({ prompt: l10n.t('Ask your videos') }));
      if (q) pages.show({ q });
    },
    'goldfish.search': (given) => watchFrom(text(given)),
    'goldfish.findSimilar'() {
      const { document, selection } = window.activeTextEditor ?? {};
      return watchFrom(document?.getText(selection).replace(/\s+/g, ' ').trim());
    },
    'goldfish.addFolder': (given) => addFolder(daemon, given instanceof Uri ? [given] : undefined),
    'goldfish.removeFolder': (given) => removeFolder(daemon, text(given)),
    async 'goldfish.openAt'(given) {
      const link =
        text(given) ??
        (await window.showInputBox({
          prompt: l10n.t('Link to a video at a time'),
          placeHolder: 'file:///talk.mp4#t=83.2',
        }));
      const match = /^(file:[^#]*)(?:#t=(?:npt:)?(\d+(?:\.\d+)?))?/.exec(link ?? '');
      if (match?.[1]) pages.show({ v: match[1], t: match[2] ?? '0' });
      else if (link)
        throw new Error(l10n.t('{0} is no link to a video, such as file:///talk.mp4#t=83.2', link));
    },
    async 'goldfish.openVideo'(given) {
      if (given instanceof Uri) await commands.executeCommand('vscode.openWith', given, VIDEO_EDITOR);
    },
    async 'goldfish.insertLink'() {
      const editor = window.activeTextEditor;
      const hit = editor && (await pickMoment(daemon));
      if (hit) await editor.edit((edit) => edit.replace(editor.selection, `<${hit.link}>`));
    },
    'goldfish.export': (given) => exportMoments(daemon, (given ?? {}) as Given),
    async 'goldfish.openInBrowser'() {
      const { url } = await daemon.request('goldfish/page', {});
      await env.openExternal(Uri.parse(url));
    },
    'goldfish.models': () => showModels(daemon),
    'goldfish.pullModel': (given) => pullModel(daemon, text(given)),
    'goldfish.useModel': (role, model) => useModel(daemon, text(role), text(model)),
    'goldfish.removeModel': (given) => removeModel(daemon, text(given)),
    'goldfish.setKey': () => keys.ask(),
    'goldfish.pause': () => daemon.request('goldfish/pause', {}),
    'goldfish.resume': () => daemon.request('goldfish/resume', {}),
    async 'goldfish.restart'() {
      await daemon.request('goldfish/stop', {});
      await daemon.stop();
      await daemon.reach();
    },
    async 'goldfish.stop'() {
      await daemon.request('goldfish/stop', {});
      await daemon.stop();
    },
    'goldfish.doctor': () => showDoctor(launch),
    'goldfish.logs': () => log.show(),
  };
  return Object.entries(all).map(([id, run]) =>
    commands.registerCommand(id, async (...given) => {
      try {
        await run(...given);
      } catch (error) {
        void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
      }
    }),
  );
}
