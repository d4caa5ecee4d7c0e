/** The parsed value of a `models.*` setting. */
export type ModelSetting =
  /** Not set: uses the manifest's default if it is installed. */
  | { readonly kind: 'default' }
  | { readonly kind: 'none' }
  /** Answerer only: uses the captioner. */
  | { readonly kind: 'captioner' }
  /** Answerer only: uses the language model of the requesting editor. */
  | { readonly kind: 'editor' }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'hub'; readonly id: string; readonly revision?: string }
  | { readonly kind: 'endpoint'; readonly baseUrl: string; readonly model: string };

const HUB_MODEL_ID = /^([\w][\w.-]{0,95}\/[\w][\w.-]{0,95})(?:@([\w][\w./-]{0,127}))?$/;

function parseEndpoint(text: string): ModelSetting | undefined {
  const hashIndex = text.indexOf('#');
  if (hashIndex < 0 || hashIndex === text.length - 1 || !URL.canParse(text.slice(0, hashIndex)))
    return undefined;
  const url = new URL(text.slice(0, hashIndex));
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password)
    return undefined;
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return { kind: 'endpoint', baseUrl, model: text.slice(hashIndex + 1) };
}

/**
 * Parses a setting: empty, `none`, `captioner`, `editor`, an absolute folder, a hub id
 * `owner/name[@revision]`, or `http://host/v1#model` for an OpenAI-compatible host. Returns undefined for
 * anything else.
 */
export function parseModelSetting(setting: string): ModelSetting | undefined {
  const text = setting.trim();
  if (text === '') return { kind: 'default' };
  if (text === 'none' || text === 'captioner' || text === 'editor') return { kind: text };
  if (/^https?:/i.test(text)) return parseEndpoint(text);
  if (/^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(text)) return { kind: 'folder', folder: text };
  const [, id, revision] = HUB_MODEL_ID.exec(text) ?? [];
  return id && !id.includes('..') ? { kind: 'hub', id, revision } : undefined;
}
