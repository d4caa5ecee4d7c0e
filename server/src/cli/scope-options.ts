import { type Command, Option } from 'commander';
import type { EvidenceKind, Scope } from '../../protocol/base.ts';
import { EVIDENCE_KINDS } from '../../protocol/names.ts';
import { suggestName } from '../core/language/closest-name.ts';
import { usageError } from './cli-failure.ts';
import { collectOption } from './command.ts';
import type { CommandContext } from './context.ts';
import { parseDateOption } from './parse-date.ts';
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
    .option('--after <date>', 'recorded on or after this date, such as 2026-01-31 or yesterday')
    .option('--before <date>', 'recorded on or before this date, such as 2026-01-31 or "last week"')
    .addOption(
      new Option('--kind <kind...>', 'search only evidence of these kinds')
        .choices(EVIDENCE_KINDS)
        .argParser(parseEvidenceKind),
    );
}

function parseEvidenceKind(value: string, previous: readonly EvidenceKind[] = []): readonly EvidenceKind[] {
  const kind = EVIDENCE_KINDS.find((name) => name === value);
  if (!kind)
    throw usageError(
      `--kind: unknown kind of evidence "${value}".${suggestName(value, EVIDENCE_KINDS)}`,
      `Use one of ${EVIDENCE_KINDS.join(', ')}.`,
    );
  return [...previous, kind];
}

export async function parseScopeOptions(
  options: ScopeOptions,
  context: CommandContext,
): Promise<Scope | undefined> {
  const uris = options.in?.map((path) => toLocalUri(path, context.resolvePath));
  const scope: Scope = {
    ...(uris ? { uris } : {}),
    ...(options.after ? { recordedFrom: await parseDateOption('--after', options.after) } : {}),
    ...(options.before ? { recordedTo: await parseDateOption('--before', options.before) } : {}),
    ...(options.kind ? { kinds: options.kind } : {}),
  };
  return Object.keys(scope).length > 0 ? scope : undefined;
}
