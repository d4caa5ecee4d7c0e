import { Disposable, l10n, MarkdownString, StatusBarAlignment, window } from 'vscode';
import type { Status } from '../../server/protocol/status.ts';
import { nameOf } from '../page/text.ts';
import type { Daemon } from './daemon.ts';

function pausedText(paused: NonNullable<Status['paused']>): string {
  if (paused === 'battery') return l10n.t('paused on battery');
  return paused === 'quietHours' ? l10n.t('paused in quiet hours') : l10n.t('paused');
}

function lineOf({ videos, work, paused, planning }: Status): string {
  const left = work.waiting + work.running.length;
  if (paused !== undefined) return `$(debug-pause) Goldfish: ${pausedText(paused)}`;
  if (planning) return `$(sync~spin) Goldfish: ${l10n.t('planning')}`;
  if (left > 0) {
    const all = left + work.done + work.failed.length;
    const percent = Math.floor((100 * (all - left)) / all);
    return `$(sync~spin) Goldfish: ${l10n.t('{0} left, {1} %', left, percent)}`;
  }
  return work.failed.length > 0
    ? `$(warning) Goldfish: ${l10n.t('{0} failed', work.failed.length)}`
    : `$(eye) Goldfish: ${videos}`;
}

/** File names are other people's text. */
function tooltipOf({ videos, clips, work }: Status): MarkdownString {
  const tip = new MarkdownString().appendText(l10n.t('{0} videos, {1} clips', videos, clips));
  for (const { path, stage, percent } of work.running)
    tip.appendText(`\n${nameOf(path)}: ${stage}${percent === undefined ? '' : ` ${percent} %`}`);
  for (const { path, reason } of work.failed.slice(0, 5)) tip.appendText(`\n${nameOf(path)}: ${reason}`);
  return tip;
}

/** How far indexing is; a click opens the library. */
export function createStatusBar(daemon: Daemon): Disposable {
  const item = window.createStatusBarItem('goldfish.status', StatusBarAlignment.Right, 10);
  item.name = 'Goldfish';
  item.command = 'goldfish.library';
  const show = (status: Status) => {
    item.text = lineOf(status);
    item.tooltip = tooltipOf(status);
    item.show();
  };
  return Disposable.from(
    item,
    daemon.on('goldfish/didChangeStatus', show),
    daemon.onReady(() => daemon.request('goldfish/status', {}).then(show, () => undefined)),
    daemon.onGone(() => item.hide()),
  );
}
