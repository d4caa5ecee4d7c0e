/** Returns a random id. `crypto.randomUUID` exists only on loopback and with TLS, not on a phone in the network. */
export function createId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
