import type { ModelsListResult, ModelsPullResult, PullProgress } from '../../protocol/models.ts';
import { examples, type Register } from './command.ts';
import { cleanLine } from './escape.ts';
import { usageError } from './failure.ts';
import { size } from './format.ts';
import { type View, viewOn } from './progress.ts';

const ROLES = ['captioner', 'transcriber', 'answerer'] as const;
const CHOICE = `${ROLES.slice(0, -1).join(', ')} or ${ROLES.at(-1)}`;

function listText({ models, roles, folder }: ModelsListResult): string {
  const used = roles.map(({ role, inUse, why }) => `${role}: ${cleanLine(inUse)} (${cleanLine(why)})`);
  const rows = models.map(({ id, role, note, bytes, default: standard, licence }) => {
    const here = bytes === undefined ? 'not here' : `here, ${size(bytes)}`;
    const more = [standard ? 'default' : '', licence ?? '', note ?? ''].filter(Boolean).join('; ');
    return `  ${(role ?? 'other').padEnd(14)}${cleanLine(id)}  [${here}]\n      ${cleanLine(more)}`;
  });
  return [...used, '', ...rows, '', `Models lie in ${cleanLine(folder)}.`].join('\n');
}

function pulledText({ model, revision, bytes, folder, licence }: ModelsPullResult): string {
  const terms = licence ? `, licence ${cleanLine(licence)}` : '';
  return `${cleanLine(model)} is here: ${size(bytes)}, revision ${revision.slice(0, 12)}${terms}.\n${cleanLine(folder)}`;
}

function pullView({ file, bytes, totalBytes, note }: PullProgress): View {
  return {
    share: totalBytes > 0 ? bytes / totalBytes : undefined,
    text: note ? cleanLine(note) : `${size(bytes)} of ${size(totalBytes)}`,
    at: note ? '' : cleanLine(file),
    fault: note !== undefined,
  };
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
    .description('fetch a model from the hub; a pull that was broken off goes on where it stopped')
    .addHelpText(
      'after',
      examples('goldfish models pull', 'goldfish models pull HuggingFaceTB/SmolVLM2-500M-Video-Instruct'),
    )
    .action((model: string | undefined, options: { readonly accelerator?: boolean }) =>
      run(async (context) => {
        const client = await context.client();
        const progress = viewOn<PullProgress>(context.err, context.env, 'fetching', pullView);
        try {
          const result = await client.request(
            'goldfish/models/pull',
            { model, accelerator: options.accelerator === true },
            { signal: context.signal, onPartial: (value) => progress.show(value as PullProgress) },
          );
          return { result, text: pulledText(result) };
        } finally {
          progress.end();
        }
      }),
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
