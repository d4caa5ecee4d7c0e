/** Returns the function with its last result remembered, as long as the arguments are the same objects. */
export function rememberLast<A extends readonly unknown[], R>(
  compute: (...parameters: A) => R,
): (...parameters: A) => R {
  let last: { readonly parameters: A; readonly result: R } | undefined;
  return (...parameters) => {
    const isSame = last?.parameters.every((value, at) => value === parameters[at]);
    if (last === undefined || !isSame) last = { parameters, result: compute(...parameters) };
    return last.result;
  };
}
