// Captions, speech, screen text and file names are untrusted. Text for a terminal must not contain control
// characters (C0, C1) or characters that change the writing direction.
const CONTROL_CHARACTERS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Replaces control characters in text. Keeps line breaks and tabs. */
export function sanitise(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(CONTROL_CHARACTERS, '\ufffd');
}

/** Replaces control characters and joins lines, for a name, a path or a quote. */
export function sanitiseLine(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(CONTROL_CHARACTERS, '\ufffd');
}

/** Formats a JSON document that is safe to print in a terminal. */
export function toTerminalJson(value: unknown): string {
  return JSON.stringify(value ?? null, null, 2).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
