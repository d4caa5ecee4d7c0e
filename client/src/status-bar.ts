import { Disposable, l10n, MarkdownString, StatusBarAlignment, window } from 'vscode';
import type { Status } from '../../server/protocol/status.ts';
import { nameOf, stageTitle } from '../page/text.ts';
import type { Daemon } from './daemon.ts';

function pausedText(paused: NonNullable<Status['paused']>): string {
  if (paused === 'battery') return l10n.t('paused on battery');
  return paused === 'quietHours' ? l10n.t('paused in quiet hours') : l10n.t('paused');
}

function toStatusText({ videos, work, paused, planning, progress }: Status): string {
  const remaining = work.waiting + work.running.length;
  if (paused !== undefined) return `$(debug-pause) Goldfish: ${pausedText(paused)}`;
  if (planning) return `$(sync~spin) Goldfish: ${l10n.t('planning')}`;
  if (remaining > 0) {
    const total = remaining + work.done + work.failed.length;
    const percent = Math.floor(progress?.percent ?? (100 * (total - remaining)) / total);
    const left =
      remaining === 1
        ? l10n.t('1 video left, {0} %', percent)
        : l10n.t('{0} videos left, {1} %', remaining, percent);
    const [running] = work.running;
    const stage = running === undefined ? '' : `, ${stageTitle(running.stage)}`;
    return `$(sync~spin) Goldfish: ${left}${stage}`;
  }
  if (work.failed.length === 1) return `$(warning) Goldfish: ${l10n.t('1 video failed')}`;
  return work.failed.length > 0
    ? `$(warning) Goldfish: ${l10n.t('{0} videos failed', work.failed.length)}`
    : `$(eye) Goldfish: ${videos === 1 ? l10n.t('1 video') : l10n.t('{0} videos', videos)}`;
}

function formatRecordingState(isReadable: boolean, durationMs: number): string {
  return isReadable
    ? l10n.t('still being recorded, {0} min so far', Math.floor(durationMs / 60_000))
    : l10n.t('still being recorded; indexed when complete');
}

/** Creates the tooltip. File names are untrusted, so they are added as plain text. */
function createTooltip({ videos, clips, work }: Status): MarkdownString {
  const tooltip = new MarkdownString().appendText(l10n.t('{0} videos, {1} clips', videos, clips));
  for (const { path, stage, percent } of work.running)
    tooltip.appendText(
      `\n${nameOf(path)}: ${stageTitle(stage)}${percent === undefined ? '' : ` ${percent} %`}`,
    );
  for (const { path, isReadable, durationMs } of work.recording ?? [])
    tooltip.appendText(`\n${nameOf(path)}: ${formatRecordingState(isReadable, durationMs)}`);
  for (const { path, reason } of work.failed.slice(0, 5)) tooltip.appendText(`\n${nameOf(path)}: ${reason}`);
  return tooltip;
}

/** Shows the progress of indexing. A click opens the library. */
export function createStatusBar(daemon: Daemon): Disposable {
  const item = window.createStatusBarItem('goldfish.status', StatusBarAlignment.Right, 10);
  item.name = 'Goldfish';
  item.command = 'goldfish.library';
  const show = (status: Status) => {
    item.text = toStatusText(status);
    item.tooltip = createTooltip(status);
    item.show();
  };
  return Disposable.from(
    item,
    daemon.on('goldfish/didChangeStatus', show),
    daemon.onReady(() => daemon.request('goldfish/status', {}).then(show, () => undefined)),
    daemon.onGone(() => item.hide()),
  );
}
