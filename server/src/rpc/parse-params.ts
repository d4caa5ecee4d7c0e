import type { z } from 'zod';
import { uri } from '../../protocol/base.ts';
import { canonicalFileUri } from '../base/file-uri.ts';

type Path = readonly (string | number)[];

/** Reports an invalid parameter. The message names the member: `scope.kinds[0]: ...`. */
export class ParamsError extends Error {}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('');
  return text === '' ? 'params' : text;
}

/** Returns the first problem of a failed parse as a sentence that names the member. */
export function explainIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'The parameters are invalid.';
  return `${formatPath(issue.path)}: ${issue.message}`;
}

/**
 * Parses the parameters of a request. Unknown members are dropped, as LSP requires. URIs become canonical, because the
 * library identifies files by their canonical URI. Throws ParamsError.
 */
export function parseParams<Schema extends z.ZodType>(schema: Schema, rawParams: unknown): z.output<Schema> {
  const parsedParams = schema.safeParse(rawParams ?? {});
  if (!parsedParams.success) throw new ParamsError(explainIssue(parsedParams.error));
  return canonicalUris(schema, parsedParams.data, []) as z.output<Schema>;
}

/** Returns `value` with each string that the schema declares as `uri` in canonical form. */
function canonicalUris(schema: z.core.$ZodType, value: unknown, path: Path): unknown {
  if (value === undefined || value === null) return value;
  const def = schema._zod.def;
  if (isUri(schema)) return canonicalUri(value, path);
  if (isOptional(def)) return canonicalUris(def.innerType, value, path);
  if (isArray(def) && Array.isArray(value))
    return value.map((element, index) => canonicalUris(def.element, element, [...path, index]));
  if (isObject(def) && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const shape = def.shape[name];
        return [name, shape === undefined ? member : canonicalUris(shape, member, [...path, name])];
      }),
    );
  return value;
}

function canonicalUri(value: unknown, path: Path): string {
  try {
    return canonicalFileUri(String(value));
  } catch {
    throw new ParamsError(`${formatPath(path)}: must be the file: URI of a file or folder on this computer`);
  }
}

/** Recognises the schema of a URI by its definition: `uri.describe()` returns another schema with the same one. */
const isUri = (schema: z.core.$ZodType) => schema._zod.def === uri._zod.def;

const isOptional = (def: z.core.$ZodTypeDef): def is z.core.$ZodOptionalDef =>
  def.type === 'optional' || def.type === 'nullable';
const isArray = (def: z.core.$ZodTypeDef): def is z.core.$ZodArrayDef => def.type === 'array';
const isObject = (def: z.core.$ZodTypeDef): def is z.core.$ZodObjectDef => def.type === 'object';
