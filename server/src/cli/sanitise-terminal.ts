// Captions, speech, screen text and file names are untrusted: what reaches a terminal carries no control
// characters (C0, C1) and nothing that turns the direction of writing.
const CONTROL_CHARACTERS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text for a person, with line breaks and tabs kept. */
export function sanitise(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(CONTROL_CHARACTERS, '\ufffd');
}

/** Text for a person on one line: a name, a path, a quote. */
export function sanitiseLine(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(CONTROL_CHARACTERS, '\ufffd');
}

/** One JSON document that is safe to look at in a terminal as well. */
export function toTerminalJson(value: unknown): string {
  return JSON.stringify(value ?? null, null, 2).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
