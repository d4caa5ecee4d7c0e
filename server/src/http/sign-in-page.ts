import type { ServerResponse } from 'node:http';
import { sendResponse } from './send-response.ts';

/** No scripts, and a form that is sent to this server only. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const STYLE =
  'body{font:16px system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;color-scheme:light dark}' +
  'form{display:grid;gap:.75rem;width:min(24rem,90vw)}h1{font-size:1.25rem;margin:0}' +
  'input,button{font:inherit;padding:.6rem}p{margin:0}';

/** Sends the form in which a person pastes a token. `problem`: a sentence about the last attempt. */
export function sendSignInPage(response: ServerResponse, status: 200 | 401, problem = ''): void {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in to Goldfish</title>
<style>${STYLE}</style>
</head>
<body>
<form method="post" action="/sign-in">
<h1>Sign in to Goldfish</h1>
<label for="token">Token from the owner of the library</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password">
<button>Sign in</button>
<p role="alert">${problem}</p>
</form>
</body>
</html>
`;
  sendResponse(
    response,
    status,
    {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': 'no-store',
      // Without a referrer browsers send the form with the Origin `null`, as foreign sites do.
      'Referrer-Policy': 'same-origin',
    },
    body,
  );
}
