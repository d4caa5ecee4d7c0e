/** What a `models.*` setting names. */
export type ModelSetting =
  /** Nothing said: the manifest's default where it lies on this machine. */
  | { readonly kind: 'default' }
  | { readonly kind: 'none' }
  /** Of the answerer: what serves as captioner. */
  | { readonly kind: 'captioner' }
  /** Of the answerer: the language model of the editor that asks. */
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
 * Reads a setting: empty, `none`, `captioner`, `editor`, an absolute folder, `owner/name[@revision]` of the hub, or
 * `http://host/v1#model` for an OpenAI-compatible host. Undefined where it is none of these.
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
