import type { CliFailure } from './cli-failure.ts';

/** What a person typed for a member of the protocol's parameters. */
const FLAGS: Readonly<Record<string, string>> = {
  'scope.recordedFrom': '--after',
  'scope.recordedTo': '--before',
  'scope.uris': '--in',
  'scope.kinds': '--kind',
  recordedFrom: '--after',
  recordedTo: '--before',
  k: '-k',
  query: 'the query',
  question: 'the question',
  'image.data': '--image',
  'like.clipId': '--like',
  include: '--include',
  exclude: '--exclude',
  title: '--title',
  speaker: '--speaker',
  stage: '--stage',
  format: '--format',
  language: '--language',
  text: 'the text',
  tag: 'the tag',
  key: 'the setting',
  value: 'the value',
  model: 'the model',
  uri: 'the path',
  uris: 'the path',
  moments: 'the moment',
};

/** Returns a failure that names the flag instead of the protocol's field: `--after: ...`, not `scope.recordedFrom: ...`. */
export function withFlagNames(failure: CliFailure, help: string): CliFailure {
  const [, field = '', rest = ''] =
    /^([A-Za-z.]+)(?:\[\d+\])*(?:\.[A-Za-z]+)?: (.*)$/s.exec(failure.message) ?? [];
  const flag = FLAGS[field] ?? FLAGS[field.split('.')[0] ?? ''];
  if (flag === undefined || failure.data?.kind !== 'invalid') return failure;
  return { ...failure, message: `${flag}: ${rest}`, data: { ...failure.data, remedy: help } };
}
