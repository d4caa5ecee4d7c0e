type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that every child may see: what Node, the loader and the C library need. Keys, tokens and proxies stay in
 * the daemon. An entry that ends in `*` matches all names with that beginning.
 */
const SYSTEM_VARIABLES = [
  'PATH',
  'HOME',
  'LANG',
  'LC_*',
  'TZ',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'DYLD_*',
  'MALLOC_*',
  'NODE_OPTIONS',
  // A daemon that runs in an editor's Electron must fork Node, not another editor.
  'ELECTRON_RUN_AS_NODE',
  // Windows: without these, libraries do not load and temporary files have no folder.
  'SystemRoot',
  'SystemDrive',
  'windir',
  'ComSpec',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramData',
  'ProgramFiles*',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_*',
];

/** Variables that choose and find GPU drivers. */
export const GPU_VARIABLES = [
  'CUDA_*',
  'NVIDIA_*',
  'VK_*',
  'MESA_*',
  'LIBGL_*',
  'DRI_PRIME',
  'HIP_*',
  'ROCR_*',
  'OMP_*',
  // The Vulkan loader looks for drivers below these, and drivers keep compiled shaders there.
  'XDG_*',
  'DISPLAY',
  'WAYLAND_DISPLAY',
];

/** Set in every child. Otherwise ONNX Runtime sends telemetry. Fewer malloc arenas return memory sooner. */
const FIXED_VARIABLES: Environment = { ORT_DISABLE_TELEMETRY: '1', MALLOC_ARENA_MAX: '2' };

export interface ChildEnvironmentOptions {
  /** Further variables that the child inherits. A `*` at the end matches any rest. */
  readonly inheritedVariables?: readonly string[];
  /** Sets variables; undefined removes one. */
  readonly env?: Environment;
}

/** Returns the environment of a child: the allowed part of `source`, then the child's own variables. */
export function toChildEnvironment(
  source: Environment,
  { inheritedVariables = [], env = {} }: ChildEnvironmentOptions,
): Record<string, string> {
  const allowedNames = [...SYSTEM_VARIABLES, ...inheritedVariables].map((name) => name.toUpperCase());
  const isAllowed = (name: string): boolean => {
    // Names of variables are case-insensitive on Windows.
    const upperName = name.toUpperCase();
    return allowedNames.some((allowedName) =>
      allowedName.endsWith('*') ? upperName.startsWith(allowedName.slice(0, -1)) : upperName === allowedName,
    );
  };
  const childEnvironment: Record<string, string> = {};
  const inheritedEntries = Object.entries(source).filter(([name]) => isAllowed(name));
  const overrides = Object.entries({ ...FIXED_VARIABLES, ...env });
  for (const [name, value] of [...inheritedEntries, ...overrides]) {
    if (value === undefined) delete childEnvironment[name];
    else childEnvironment[name] = value;
  }
  return childEnvironment;
}

/** Names of variables that hold secrets: GOLDFISH_API_KEY, HF_TOKEN, GOLDFISH_QUEUE, PGPASSWORD, ... */
const SECRET_NAME = /(?:^|_)(?:API_?)?KEYS?$|TOKEN|SECRET|PASSW|CREDENTIAL|_QUEUE$/i;

/**
 * Returns the environment of a program of the user's, such as a player: all of `source` except variables that hold
 * secrets. `keptVariables` name secrets that the program needs.
 */
export function toProgramEnvironment(
  source: Environment,
  keptVariables: readonly string[] = [],
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(source).filter(([name]) => !SECRET_NAME.test(name) || keptVariables.includes(name)),
  );
}
