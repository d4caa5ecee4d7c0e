import { env, MarkdownString } from 'vscode';
import { formatTime, nameOf } from '../page/text.ts';

export { escapeMarkdown } from '../page/markdown.ts';

interface VideoPlace {
  readonly uri: string;
  readonly startMs: number;
}

export const EXTENSION_ID = 'goldfish-video.goldfish-video';

/** Returns a link that plays a video at a time in this editor, even if clicked elsewhere. */
export function toOpenLink({ uri, startMs }: VideoPlace): string {
  return `${env.uriScheme}://${EXTENSION_ID}/open?${new URLSearchParams({ uri, t: String(startMs / 1000) })}`;
}

/** Formats the file name and the time of a moment: `talk.mp4 1:23`. */
export function placeName({ uri, startMs }: VideoPlace): string {
  const name = nameOf(uri);
  try {
    return `${decodeURIComponent(name)} ${formatTime(startMs)}`;
  } catch {
    return `${name} ${formatTime(startMs)}`;
  }
}

/** Creates Markdown that may only link to the extension's own command. The caller must escape foreign text. */
export function trustedMarkdown(text: string): MarkdownString {
  const markdown = new MarkdownString(text);
  markdown.isTrusted = { enabledCommands: ['goldfish.openAt'] };
  return markdown;
}

/** Returns a command link that plays a moment. */
export function toPlayCommand({ uri, startMs }: VideoPlace): string {
  return `command:goldfish.openAt?${encodeURIComponent(JSON.stringify([`${uri}#t=${startMs / 1000}`]))}`;
}
