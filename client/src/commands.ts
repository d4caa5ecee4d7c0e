import { commands, type Disposable, env, type LogOutputChannel, l10n, Uri, window } from 'vscode';
import { addLink } from './add-link.ts';
import { addAlert, removeAlert } from './alerts.ts';
import type { ApiKeyStore } from './api-key-store.ts';
import { showChapters } from './chapters.ts';
import type { Daemon } from './daemon.ts';
import { summariseVideos } from './digest.ts';
import type { Doctor } from './doctor.ts';
import { correctLine, forgetVideos, reindexVideos, tagMoment } from './edit-library.ts';
import { type ExportOptions, exportMoments } from './export-moments.ts';
import { addFolder, removeFolder } from './folders.ts';
import { EXTENSION_ID } from './links.ts';
import { pullModel, removeModel, showModels, useModel } from './models.ts';
import { nameVoice } from './name-voice.ts';
import { formatNoteLink } from './note-link.ts';
import type { Pages } from './pages.ts';
import { pickMoment } from './pick-moment.ts';
import { recordStream, stopRecording } from './record-stream.ts';
import { makeReel } from './reel.ts';
import { showSubtitles, translateSubtitles } from './subtitles.ts';
import { VIDEO_EDITOR } from './video-editor.ts';
import { WALKTHROUGH_ID } from './walkthrough.ts';

export interface CommandDeps {
  readonly daemon: Daemon;
  readonly pages: Pages;
  readonly keys: ApiKeyStore;
  readonly doctor: Doctor;
  readonly log: LogOutputChannel;
}

const toText = (argument: unknown) => (typeof argument === 'string' ? argument : undefined);

/** Registers every command of the extension. `command-list.ts` defines their titles. */
export function registerCommands({ daemon, pages, keys, doctor, log }: CommandDeps): Disposable[] {
  const pickAndShow = async (words?: string) => {
    const hit = await pickMoment(daemon, words);
    if (hit) pages.show({ v: hit.uri, t: String(hit.startMs / 1000) });
  };
  const handlers: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    'goldfish.open': () => pages.show({}),
    'goldfish.library': () => pages.show({ view: 'library' }),
    async 'goldfish.ask'(argument) {
      const q = toText(argument) ?? (await window.showInputBox({ prompt: l10n.t('Ask your videos') }));
      if (q) pages.show({ q });
    },
    'goldfish.search': (argument) => pickAndShow(toText(argument)),
    'goldfish.findSimilar'() {
      const { document, selection } = window.activeTextEditor ?? {};
      return pickAndShow(document?.getText(selection).replace(/\s+/g, ' ').trim());
    },
    'goldfish.addFolder': (argument) => addFolder(daemon, argument instanceof Uri ? [argument] : undefined),
    'goldfish.addLink': (argument) => addLink(daemon, toText(argument)),
    'goldfish.recordStream': (argument) => recordStream(daemon, toText(argument)),
    'goldfish.stopRecording': () => stopRecording(daemon),
    'goldfish.removeFolder': (argument) => removeFolder(daemon, toText(argument)),
    async 'goldfish.openAt'(argument) {
      const link =
        toText(argument) ??
        (await window.showInputBox({
          prompt: l10n.t('Link to a video at a time'),
          placeHolder: 'file:///talk.mp4#t=83.2',
        }));
      const match = /^(file:[^#]*)(?:#t=(?:npt:)?(\d+(?:\.\d+)?))?/.exec(link ?? '');
      if (match?.[1]) pages.show({ v: match[1], t: match[2] ?? '0' });
      else if (link)
        throw new Error(
          l10n.t('{0} is not a link to a video. Use a link such as file:///talk.mp4#t=83.2', link),
        );
    },
    async 'goldfish.openVideo'(argument) {
      if (argument instanceof Uri) await commands.executeCommand('vscode.openWith', argument, VIDEO_EDITOR);
    },
    async 'goldfish.insertLink'() {
      const editor = window.activeTextEditor;
      const hit = editor && (await pickMoment(daemon));
      if (hit)
        await editor.edit((edit) => edit.replace(editor.selection, formatNoteLink(editor.document, hit)));
    },
    'goldfish.reindex': () => reindexVideos(daemon),
    'goldfish.forget': () => forgetVideos(daemon),
    'goldfish.chapters': (argument) => showChapters(daemon, toText(argument)),
    'goldfish.digest': (argument) => summariseVideos(daemon, toText(argument)),
    'goldfish.addAlert': (argument) => addAlert(daemon, toText(argument)),
    'goldfish.removeAlert': () => removeAlert(daemon),
    'goldfish.reel': () => makeReel(daemon),
    'goldfish.subtitles': () => showSubtitles(daemon),
    'goldfish.translate': () => translateSubtitles(daemon),
    'goldfish.correct': () => correctLine(daemon),
    'goldfish.nameVoice': () => nameVoice(daemon),
    'goldfish.tag': () => tagMoment(daemon),
    'goldfish.export': (argument) => exportMoments(daemon, (argument ?? {}) as ExportOptions),
    async 'goldfish.openInBrowser'() {
      const { url } = await daemon.request('goldfish/page', {});
      await env.openExternal(Uri.parse(url));
    },
    'goldfish.models': () => showModels(daemon),
    'goldfish.pullModel': (argument) => pullModel(daemon, toText(argument)),
    'goldfish.useModel': (role, model) => useModel(daemon, toText(role), toText(model)),
    'goldfish.removeModel': (argument) => removeModel(daemon, toText(argument)),
    'goldfish.setKey': () => keys.ask(),
    'goldfish.pause': () => daemon.request('goldfish/pause', {}),
    'goldfish.resume': () => daemon.request('goldfish/resume', {}),
    async 'goldfish.restart'() {
      await daemon.request('goldfish/stop', {});
      await daemon.stop();
      await daemon.ensureRunning();
    },
    async 'goldfish.stop'() {
      await daemon.request('goldfish/stop', {});
      await daemon.stop();
    },
    'goldfish.doctor': () => doctor.show(),
    'goldfish.logs': () => log.show(),
    'goldfish.settings': () => {
      const query = `@ext:${EXTENSION_ID}`;
      // The settings have machine scope. On a remote machine, the user's own settings do not list those.
      return env.remoteName === undefined
        ? commands.executeCommand('workbench.action.openSettings', query)
        : commands.executeCommand('workbench.action.openRemoteSettings', { query });
    },
    'goldfish.getStarted': () =>
      commands.executeCommand('workbench.action.openWalkthrough', `${EXTENSION_ID}#${WALKTHROUGH_ID}`, false),
  };
  return Object.entries(handlers).map(([id, run]) =>
    commands.registerCommand(id, async (...args) => {
      try {
        await run(...args);
      } catch (error) {
        void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
      }
    }),
  );
}
