import { type Command, InvalidArgumentError, Option } from 'commander';
import { type EvidenceKind, type Scope, scope as scopeSchema } from '../../protocol/base.ts';
import { EVIDENCE_KINDS } from '../../protocol/names.ts';
import { usageError } from './cli-failure.ts';
import { collectOption } from './command.ts';
import type { CommandContext } from './context.ts';
import { toLocalUri } from './path-argument.ts';

export interface ScopeOptions {
  readonly in?: readonly string[];
  readonly after?: string;
  readonly before?: string;
  readonly kind?: readonly EvidenceKind[];
}

/** Adds the options that narrow `search` and `ask`. */
export function addScopeOptions(command: Command): Command {
  return command
    .option('--in <path>', 'search only this folder or video (may be repeated)', collectOption)
    .option('--after <date>', 'recorded on or after this date, such as 2026-01-31', parseDate)
    .option('--before <date>', 'recorded on or before this date, such as 2026-01-31', parseDate)
    .addOption(
      new Option('--kind <kind...>', 'search only evidence of these kinds')
        .choices(EVIDENCE_KINDS)
        .argParser(parseEvidenceKind),
    );
}

function parseDate(value: string): string {
  if (scopeSchema.shape.recordedFrom.safeParse(value).success && !Number.isNaN(Date.parse(value)))
    return value;
  throw new InvalidArgumentError('Use a date such as 2026-01-31.');
}

function parseEvidenceKind(value: string, previous: readonly EvidenceKind[] = []): readonly EvidenceKind[] {
  const kind = EVIDENCE_KINDS.find((name) => name === value);
  if (!kind)
    throw usageError(`Unknown kind of evidence "${value}".`, `Use one of ${EVIDENCE_KINDS.join(', ')}.`);
  return [...previous, kind];
}

export function parseScopeOptions(options: ScopeOptions, context: CommandContext): Scope | undefined {
  const uris = options.in?.map((path) => toLocalUri(path, context.resolvePath));
  const scope: Scope = {
    ...(uris ? { uris } : {}),
    ...(options.after ? { recordedFrom: options.after } : {}),
    ...(options.before ? { recordedTo: options.before } : {}),
    ...(options.kind ? { kinds: options.kind } : {}),
  };
  return Object.keys(scope).length > 0 ? scope : undefined;
}
