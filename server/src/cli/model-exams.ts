import type { ModelsExamResult } from '../../protocol/models.ts';
import { EXAMINED_ROLES, type ExaminedRole } from '../core/exams/exam-result.ts';
import type { Client } from '../daemon/connect.ts';
import type { CommandContext } from './context.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

type TakenExamResult = ModelsExamResult['exams'][number];

/** Returns whether the models of a role take an exam. */
export function isExamined(role: string): role is ExaminedRole {
  return EXAMINED_ROLES.some((examined) => examined === role);
}

/** Lets the model of one role, or those of all roles, take the exam. Says on stderr that it may take a minute. */
export async function takeExams(
  { err, signal }: CommandContext,
  client: Client,
  role: ExaminedRole | undefined,
): Promise<ModelsExamResult> {
  err.write(`Trying ${role === undefined ? 'each model' : `the ${role}`}; this takes up to a minute ...\n`);
  return client.request('goldfish/models/exam', { role }, { signal });
}

/** Formats the result of an exam as one line. */
export function formatExam({ role, model, summary, fit }: TakenExamResult): string {
  const override = fit ? '' : ' To use it anyway: goldfish settings set models.exams ignore.';
  return `Exam of ${role} ${sanitiseLine(model)}: ${sanitiseLine(summary)}.${override}`;
}

export function formatExams({ exams }: ModelsExamResult): string {
  return exams.length === 0 ? 'No role has a model that can be tried.' : exams.map(formatExam).join('\n');
}
