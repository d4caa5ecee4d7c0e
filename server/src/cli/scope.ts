import { type Command, Option } from 'commander';
import type { EvidenceKind, Scope } from '../../protocol/base.ts';
import { collect } from './command.ts';
import type { Context } from './context.ts';
import { usageError } from './failure.ts';
import { localUri } from './uri.ts';

export interface ScopeOptions {
  readonly in?: readonly string[];
  readonly after?: string;
  readonly before?: string;
  readonly kind?: readonly EvidenceKind[];
}

const kinds: readonly EvidenceKind[] = [
  'speech',
  'description',
  'screenText',
  'caption',
  'facts',
  'title',
  'frame',
  'tag',
];

/** The options that narrow `search` and `ask`. */
export function withScope(command: Command): Command {
  return command
    .option('--in <path>', 'only this folder or video (may be repeated)', collect)
    .option('--after <date>', 'recorded on or after this ISO 8601 date')
    .option('--before <date>', 'recorded on or before this ISO 8601 date')
    .addOption(
      new Option('--kind <kind...>', 'only evidence of these kinds').choices(kinds).argParser(kindOf),
    );
}

function kindOf(value: string, before: readonly EvidenceKind[] = []): readonly EvidenceKind[] {
  const kind = kinds.find((name) => name === value);
  if (!kind) throw usageError(`"${value}" is no kind of evidence.`, `Use one of ${kinds.join(', ')}.`);
  return [...before, kind];
}

export function scopeOf(options: ScopeOptions, context: Context): Scope | undefined {
  const uris = options.in?.map((given) => localUri(given, context.path));
  const scope: Scope = {
    ...(uris ? { uris } : {}),
    ...(options.after ? { recordedFrom: options.after } : {}),
    ...(options.before ? { recordedTo: options.before } : {}),
    ...(options.kind ? { kinds: options.kind } : {}),
  };
  return Object.keys(scope).length > 0 ? scope : undefined;
}
