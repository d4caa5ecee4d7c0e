declare const __GOLDFISH_BUILD__: string | undefined;

/** Identifies the running bundle: version, build time and a hash of its sources. `source` if run unbundled. */
export const BUILD: string = typeof __GOLDFISH_BUILD__ === 'string' ? __GOLDFISH_BUILD__ : 'source';
