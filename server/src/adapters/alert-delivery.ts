import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from '../base/find-program.ts';
import { messageOf } from '../base/message-of.ts';
import type { AlertEvent } from '../core/domain/alert.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { toOneLine } from '../core/text/one-line.ts';
import type { AlertDelivery } from '../ports/alert-delivery.ts';

const WEBHOOK_TIMEOUT_MS = 5_000;
const MAX_BODY_CHARS = 200;

/** Delivers alerts through `notify-send`, where it is on PATH, and webhooks. */
export function createAlertDelivery(env: NodeJS.ProcessEnv): AlertDelivery {
  return {
    async deliver({ desktop, webhook }, event) {
      const results = await Promise.allSettled([
        desktop ? showNotification(event, env) : undefined,
        webhook === undefined ? undefined : callWebhook(webhook, event),
      ]);
      return results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
    },
  };
}

/** Shows a desktop notification. Does nothing without `notify-send`. */
async function showNotification(
  { alert, path, count, matches }: AlertEvent,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const program = findProgram('notify-send', env);
  const [first] = matches;
  if (program === undefined || first === undefined) return;
  const name = path.split(/[/\\]/).at(-1) ?? path;
  const more = count > 1 ? ` (and ${count - 1} more)` : '';
  const title = toOneLine(`${alert.query}: ${name} ${formatTime(first.startMs)}${more}`);
  // Desktops read markup in the body.
  const body = toOneLine(first.text).slice(0, MAX_BODY_CHARS).toWellFormed().replace(/[<>&]/g, ' ');
  const child = spawn(program, ['--app-name=Goldfish', '--', title, body], { stdio: 'ignore', env });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ended with code ${code}.`);
}

/** Posts an event as JSON. Follows no redirect, which could lead to another machine. */
async function callWebhook(webhook: string, event: AlertEvent): Promise<void> {
  const url = new URL(webhook);
  // The name must not be looked up.
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
    redirect: 'manual',
    signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(`The webhook ${webhook} could not be called: ${messageOf(error)}`);
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The webhook ${webhook} answered ${response.status}.`);
}
