declare const __GOLDFISH_BUILD__: string | undefined;

/** Names the bundle that runs: version, time of the build and a hash of its sources; `source` when run unbundled. */
export const BUILD: string = typeof __GOLDFISH_BUILD__ === 'string' ? __GOLDFISH_BUILD__ : 'source';
