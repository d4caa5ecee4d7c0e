// Runs inside VS Code's extension host, beside the extension that was installed from its .vsix.
import { runChecks } from './check.ts';
import './commands.ts';
import './chat.ts';
import './editors.ts';
import './models.ts';
import './notes.ts';
import './settings.ts';
import './tools.ts';

export { activate } from './stand-in.ts';

export const run = runChecks;
