import type { ModelsListResult } from '../../protocol/models.ts';
import { MODEL_ROLES as ROLES } from '../core/manifest.ts';
import type { Client } from '../daemon/connect.ts';
import { examples, type Outcome, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { ExitCodes, usageError } from './failure.ts';
import { size } from './format.ts';
import { pinModels } from './pin.ts';
import { missingDefaults, missingText, pullAll, pulledAllText, pulledText, pullOne } from './pull.ts';

const CHOICE = `${ROLES.slice(0, -1).join(', ')} or ${ROLES.at(-1)}`;

function listText({ models, roles, folder, hub, offline }: ModelsListResult): string {
  const used = roles.map(({ role, inUse, why }) => `${role}: ${cleanLine(inUse)} (${cleanLine(why)})`);
  const rows = models.map(({ id, role, note, bytes, pullBytes, default: standard, licence }) => {
    const fetch = pullBytes === undefined ? 'not here' : `not here, ${size(pullBytes)} to fetch`;
    const here = bytes === undefined ? fetch : `here, ${size(bytes)}`;
    const more = [standard ? 'default' : '', licence ?? '', note ?? ''].filter(Boolean).join('; ');
    return `  ${(role ?? 'other').padEnd(14)}${cleanLine(id)}  [${here}]\n      ${cleanLine(more)}`;
  });
  const from = offline ? 'Downloads are switched off.' : `A pull asks ${cleanLine(hub)}.`;
  return [...used, '', ...rows, '', `Models lie in ${cleanLine(folder)}. ${from}`].join('\n');
}

interface PullOptions {
  readonly accelerator?: boolean;
  readonly defaults?: boolean;
}

async function pullDefaults(context: Context, client: Client): Promise<Outcome> {
  const { missing } = await missingDefaults(context, client);
  if (missing.length === 0) {
    const text = 'Nothing is missing: each role has its default here, or a setting names another.';
    return { result: { pulled: [], failed: [] }, text };
  }
  context.err.write(`${missingText(missing)}\n`);
  const result = await pullAll(context, client, missing);
  const code = result.failed.length > 0 ? ExitCodes.failed : ExitCodes.done;
  return { result, text: pulledAllText(result), code };
}

export const models: Register = (program, run) => {
  const group = program
    .command('models')
    .description('models that caption clips, write down speech and write answers');
  group
    .command('list', { isDefault: true })
    .description('what is known, what is here, and what is in use')
    .addHelpText('after', examples('goldfish models list', 'goldfish models list --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/models/list', {}, { signal: context.signal });
        return { result, text: listText(result) };
      }),
    );
  group
    .command('pull')
    .argument('[model]', 'owner/name or owner/name@revision; the default captioner where absent')
    .option('--accelerator', 'also what a GPU is best served with')
    .option('--defaults', 'the small default of each role that is not here')
    .description('fetch a model from the hub; a pull that was broken off goes on where it stopped')
    .addHelpText(
      'after',
      examples(
        'goldfish models pull --defaults',
        'goldfish models pull HuggingFaceTB/SmolVLM2-500M-Video-Instruct',
      ),
    )
    .action((model: string | undefined, options: PullOptions) =>
      run(async (context) => {
        if (options.defaults && (model !== undefined || options.accelerator))
          throw usageError('--defaults stands alone.', 'Name a model, or take the defaults.');
        const client = await context.client();
        if (options.defaults) return pullDefaults(context, client);
        const result = await pullOne(context, client, model, options.accelerator === true);
        return { result, text: pulledText(result) };
      }),
    );
  group
    .command('pin')
    .argument('[model]', 'owner/name of the manifest; all of it where absent')
    .option('--print', 'print the manifest and write nothing')
    .description(
      'fill in revision, files, sizes and hashes of the manifest from the hub; for those who work on Goldfish',
    )
    .addHelpText('after', examples('goldfish models pin', 'goldfish models pin --print'))
    .action((model: string | undefined, options: { readonly print?: boolean }) =>
      run((context) => pinModels(context, model, options.print === true)),
    );
  group
    .command('use')
    .argument('<role>', CHOICE)
    .argument('[model]', 'hub id, absolute folder, http://host/v1#model, or none; the default where absent')
    .description('choose what serves a role')
    .addHelpText(
      'after',
      examples(
        'goldfish models use captioner /models/my-vlm',
        'goldfish models use transcriber http://127.0.0.1:8000/v1#whisper-1',
        'goldfish models use answerer http://127.0.0.1:11434/v1#qwen3:8b',
      ),
    )
    .action((role: string, model: string | undefined) =>
      run(async (context) => {
        if (!ROLES.some((known) => known === role)) {
          throw usageError(`"${role}" is no role that can be chosen.`, `It is ${CHOICE}.`);
        }
        const client = await context.client();
        const { signal } = context;
        const value = model ?? null;
        await client.request('goldfish/settings/set', { key: `models.${role}`, value }, { signal });
        const result = await client.request('goldfish/models/list', {}, { signal });
        const used = result.roles.filter((each) => each.role === role);
        return { result, text: listText({ ...result, models: [], roles: used }).split('\n', 1)[0] };
      }),
    );
  group
    .command('remove')
    .argument('<model>', 'owner/name')
    .description('delete a model from this machine')
    .addHelpText('after', examples('goldfish models remove HuggingFaceTB/SmolVLM2-500M-Video-Instruct'))
    .action((model: string) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const result = await client.request('goldfish/models/remove', { model }, { signal });
        return { result, text: `${cleanLine(model)} is gone.` };
      }),
    );
};
