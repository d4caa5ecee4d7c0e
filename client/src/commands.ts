import { commands, type Disposable, env, type LogOutputChannel, Uri, window } from 'vscode';
import type { Daemon } from './daemon.ts';
import { addFolder } from './folders.ts';
import type { Pages } from './pages.ts';
import { pickMoment } from './search.ts';

export interface CommandParts {
  readonly daemon: Daemon;
  readonly pages: Pages;
  readonly log: LogOutputChannel;
}

/** Every command of the extension by its id; `manifest.ts` gives each a title. */
export function registerCommands({ daemon, pages, log }: CommandParts): Disposable[] {
  const all: Readonly<Record<string, (...given: readonly unknown[]) => unknown>> = {
    'goldfish.open': () => pages.show({}),
    'goldfish.library': () => pages.show({ view: 'library' }),
    async 'goldfish.ask'(given) {
      const q = typeof given === 'string' ? given : await window.showInputBox({ prompt: 'Ask your videos' });
      if (q) pages.show({ q });
    },
    async 'goldfish.search'() {
      const hit = await pickMoment(daemon);
      if (hit) pages.show({ v: hit.uri, t: String(hit.startMs / 1000) });
    },
    'goldfish.addFolder': () => addFolder(daemon),
    async 'goldfish.openAt'(given) {
      const link =
        typeof given === 'string'
          ? given
          : await window.showInputBox({
              prompt: 'Link to a video at a time',
              placeHolder: 'file:///talk.mp4#t=83.2',
            });
      const match = /^(file:[^#]*)(?:#t=(?:npt:)?(\d+(?:\.\d+)?))?/.exec(link ?? '');
      if (match?.[1]) pages.show({ v: match[1], t: match[2] ?? '0' });
      else if (link)
        void window.showErrorMessage(
          `Goldfish: ${link} is no link to a video, such as file:///talk.mp4#t=83.2`,
        );
    },
    async 'goldfish.insertLink'() {
      const editor = window.activeTextEditor;
      const hit = editor && (await pickMoment(daemon));
      if (hit) await editor.edit((edit) => edit.replace(editor.selection, `<${hit.link}>`));
    },
    async 'goldfish.openInBrowser'() {
      const { url } = await daemon.request('goldfish/page', {});
      await env.openExternal(Uri.parse(url));
    },
    'goldfish.pause': () => daemon.request('goldfish/pause', {}),
    'goldfish.resume': () => daemon.request('goldfish/resume', {}),
    async 'goldfish.restart'() {
      await daemon.request('goldfish/stop', {});
      await daemon.stop();
      await daemon.client();
    },
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
