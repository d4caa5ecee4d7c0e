import { Disposable, StatusBarAlignment, window } from 'vscode';
import type { Status } from '../../server/protocol/status.ts';
import type { Daemon } from './daemon.ts';

const PAUSED = { asked: 'paused', battery: 'paused on battery', quietHours: 'paused in quiet hours' };

function lineOf({ videos, work, paused }: Status): string {
  const left = work.waiting + work.running.length;
  if (paused !== undefined) return `$(debug-pause) Goldfish: ${PAUSED[paused]}`;
  if (left > 0) return `$(sync~spin) Goldfish: ${left} left`;
  return work.failed.length > 0
    ? `$(warning) Goldfish: ${work.failed.length} failed`
    : `$(eye) Goldfish: ${videos}`;
}

/** How far indexing is; a click opens the library. */
export function createStatusBar(daemon: Daemon): Disposable {
  const item = window.createStatusBarItem('goldfish.status', StatusBarAlignment.Right, 10);
  item.name = 'Goldfish';
  item.command = 'goldfish.library';
  const show = (status: Status) => {
    item.text = lineOf(status);
    item.tooltip = `${status.videos} videos, ${status.clips} clips`;
    item.show();
  };
  return Disposable.from(
    item,
    daemon.on('goldfish/didChangeStatus', show),
    daemon.onGone(() => item.hide()),
  );
}
