import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { sendError, sendResponse } from './send-response.ts';

/** Maps routes to the files of the page. Nothing else is read from its folder. */
const ASSETS: ReadonlyMap<string, { readonly file: string; readonly type: string }> = new Map([
  ['', { file: 'index.html', type: 'text/html; charset=utf-8' }],
  ['page.js', { file: 'page.js', type: 'text/javascript; charset=utf-8' }],
  ['page.css', { file: 'page.css', type: 'text/css; charset=utf-8' }],
  ['icon.svg', { file: 'icon.svg', type: 'image/svg+xml' }],
]);

/** Allows only the page's own scripts, and connections only to this server. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const isAsset = (route: string) => ASSETS.has(route);

export async function serveAsset(response: ServerResponse, folder: string, route: string): Promise<void> {
  const asset = ASSETS.get(route);
  if (asset === undefined) return sendError(response, 404, 'Not found.');
  let body: Uint8Array;
  try {
    body = await readFile(join(folder, asset.file));
  } catch {
    return sendError(response, 500, 'The files of the page are missing. Reinstall Goldfish.');
  }
  sendResponse(
    response,
    200,
    {
      'Content-Type': asset.type,
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': 'no-cache',
    },
    body,
  );
}
