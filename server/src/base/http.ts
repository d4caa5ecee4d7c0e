/**
 * Node's http module. An import would evaluate all its exports, and one of them loads all of undici, which takes a tenth
 * of the daemon's start-up time.
 */
export const http = process.getBuiltinModule('node:http');
