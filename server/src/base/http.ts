/**
 * Node's http. Imported as a module it would evaluate all that it exports, and one of these loads the whole of undici: a
 * tenth of the time that the daemon takes to start.
 */
export const http = process.getBuiltinModule('node:http');
