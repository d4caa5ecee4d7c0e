import { env, MarkdownString } from 'vscode';
import { formatTime, nameOf } from '../page/text.ts';

export { escapeMarkdown } from '../page/markdown.ts';

interface VideoPlace {
  readonly uri: string;
  readonly startMs: number;
}

const EXTENSION_ID = 'goldfish-video.goldfish-video';

/** A link that plays a video at a time in this editor, wherever it is clicked. */
export function toOpenLink({ uri, startMs }: VideoPlace): string {
  return `${env.uriScheme}://${EXTENSION_ID}/open?${new URLSearchParams({ uri, t: String(startMs / 1000) })}`;
}

/** The name of a URI's file and the time: `talk.mp4 1:23`. */
export function placeName({ uri, startMs }: VideoPlace): string {
  const name = nameOf(uri);
  try {
    return `${decodeURIComponent(name)} ${formatTime(startMs)}`;
  } catch {
    return `${name} ${formatTime(startMs)}`;
  }
}

/** Markdown of ours, in which our own command alone may be linked to. Text of others must have been escaped. */
export function trustedMarkdown(text: string): MarkdownString {
  const markdown = new MarkdownString(text);
  markdown.isTrusted = { enabledCommands: ['goldfish.openAt'] };
  return markdown;
}

/** A command link that plays a moment. */
export function toPlayCommand({ uri, startMs }: VideoPlace): string {
  return `command:goldfish.openAt?${encodeURIComponent(JSON.stringify([`${uri}#t=${startMs / 1000}`]))}`;
}
