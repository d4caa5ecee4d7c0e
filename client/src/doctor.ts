import { Disposable, EventEmitter, Uri, window, workspace } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { runCommand } from './run-command.ts';

const SCHEME = 'goldfish-report';
const ADDRESS = Uri.from({ scheme: SCHEME, path: 'Goldfish installation.txt' });

export interface Doctor extends Disposable {
  /** Shows the report of `goldfish doctor` as a document that cannot be edited. It replaces the previous report. */
  show(): Promise<void>;
}

export function createDoctor(launch: (args: readonly string[]) => Promise<Executable>): Doctor {
  let report = '';
  const changes = new EventEmitter<Uri>();
  const provider = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changes.event,
    provideTextDocumentContent: () => report,
  });
  return {
    async show() {
      report = await runCommand(await launch(['doctor']));
      changes.fire(ADDRESS);
      await window.showTextDocument(await workspace.openTextDocument(ADDRESS), { preview: true });
    },
    dispose: () => Disposable.from(provider, changes).dispose(),
  };
}
