/** Where a suite inside the extension host writes what it found: the name of an environment variable. */
export const RESULTS = 'GOLDFISH_HOST_RESULTS';
