/** Stands for a secret in text that is shown or stored. */
export const HIDDEN_SECRET = '***';

/** Shorter secrets are not searched for: they occur in ordinary words. */
const MIN_SECRET_CHARS = 4;

/** Parameters of addresses that are settings of a connection, never secrets. */
const PLAIN_PARAMETERS: ReadonlySet<string> = new Set(
  'api-version application_name connect_timeout db family host port revision sslmode t user version'.split(
    ' ',
  ),
);

/** What hosts write around a secret that they repeat, and what secrets of well-known services look like. */
const SECRET_PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A header: `Authorization: Bearer abc`, also in JSON and as Node prints it.
  [
    /\b((?:proxy-)?authorization|(?:x-)?(?:goog-)?api[-_]?key|x-auth-token|(?:set-)?cookie)(\\?["']?\s*[:=]\s*\[?\s*\\?["']?)(?:(bearer|basic|digest|token)\s+)?[^\s"'\\,;}\]]+/gi,
    `$1$2$3 ${HIDDEN_SECRET}`,
  ],
  [/\b(bearer|basic)\s+(?=\S*\d)[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN_SECRET}`],
  // A member of JSON: `"access_token": "abc"`.
  [
    /(\\?["'][\w-]*(?:key|token|secret|passw(?:or)?d|signature|credential)s?\\?["']\s*:\s*\\?["'])[^"'\\]+/gi,
    `$1${HIDDEN_SECRET}`,
  ],
  // User and password, and parameters, of an address.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]+@/gi, `$1${HIDDEN_SECRET}@`],
  [
    /([?&;](?:[\w.~-]|%\w\w)*(?:key|token|secret|sig|signature|passw(?:or)?d|pwd|auth|credential|code)(?:[\w.~-]|%\w\w)*=)[^&;\s"'#<>]+/gi,
    `$1${HIDDEN_SECRET}`,
  ],
  // Tokens of our own users.
  [/\bgoldfish_[\w-]{40,}/g, HIDDEN_SECRET],
  [/\b(?:sk|pk|rk|hf|gsk|ghp|gho|glpat|xox[a-z])[-_](?=\S*\d)[\w*-]{8,}/g, HIDDEN_SECRET],
];

/** Returns a secret as it may stand in a text: plain, percent-encoded, in JSON, in Base64. */
function spellings(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ];
}

/** Replaces the given secrets, however they are written. For text that must stay as it is otherwise. */
export function hideSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  const known = secrets
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= MIN_SECRET_CHARS)
    .flatMap(spellings)
    .sort((a, b) => b.length - a.length);
  if (known.length === 0) return text;
  return text.replace(new RegExp([...new Set(known)].map(escapePattern).join('|'), 'gi'), HIDDEN_SECRET);
}

/**
 * Replaces secrets in a text that comes from a host or library: the given ones however they are written, and whatever
 * stands where secrets stand, such as behind `Authorization:` or in the query of an address.
 */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  return SECRET_PATTERNS.reduce(
    (redacted, [pattern, replacement]) => redacted.replace(pattern, replacement),
    hideSecrets(text, secrets),
  );
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/**
 * Returns an address for display: `redis://***@host/0`. User, password and the values of parameters are hidden, except
 * parameters that are never secret. Other text is returned as it is.
 */
export function toDisplayAddress(address: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return address;
  // A password that is not percent-encoded ends at the last `@`, also if it contains `/`, `?` or `#`.
  const isDatabase = !/^(?:https?|file):/i.test(address);
  const withoutUser = address.replace(
    isDatabase || !URL.canParse(address) ? /:\/\/.*@/s : /:\/\/[^/?#]*@/,
    `://${HIDDEN_SECRET}@`,
  );
  return withoutUser.replace(/([?&]([^=&#]*)=)([^&#]*)/g, (whole, start: string, name: string) =>
    PLAIN_PARAMETERS.has(name.toLowerCase()) ? whole : `${start}${HIDDEN_SECRET}`,
  );
}

/** Returns the secrets that an address contains, as text and as written. */
export function findAddressSecrets(address: string): readonly string[] {
  const url = URL.parse(address);
  const password = url?.password ?? '';
  const [, written = ''] = /^[^:]+:\/\/[^:]*:(.*)@/s.exec(address) ?? [];
  const parameters = [...(url?.searchParams ?? [])].filter(
    ([name]) => !PLAIN_PARAMETERS.has(name.toLowerCase()),
  );
  return [password, decodeOrKeep(password), written, ...parameters.map(([, value]) => value)].filter(
    (secret) => secret !== '',
  );
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
