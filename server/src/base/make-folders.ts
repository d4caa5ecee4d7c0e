export { makeFolders } from '../../bin/make-folders.mjs';
