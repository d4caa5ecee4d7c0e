import { l10n, window } from 'vscode';
import type { Daemon } from './daemon.ts';
import { exportMoments } from './export-moments.ts';

const LENGTHS_S = [30, 60, 120, 300] as const;

/** Exports the best moments for a question within a length, in a format that the user chooses. */
export async function makeReel(daemon: Daemon): Promise<void> {
  const query = await window.showInputBox({ prompt: l10n.t('What should the reel show?') });
  if (!query?.trim()) return;
  const items = LENGTHS_S.map((seconds) => ({ seconds, label: l10n.t('At most {0} seconds', seconds) }));
  const length = await window.showQuickPick(items, { placeHolder: l10n.t('Choose the length of the reel') });
  if (length === undefined) return;
  const { moments } = await daemon.request('goldfish/reel', { query, lengthMs: length.seconds * 1000 });
  await exportMoments(daemon, {
    title: query,
    moments: moments.map(({ uri, startMs, endMs }) => ({ uri, startMs, endMs })),
  });
}
