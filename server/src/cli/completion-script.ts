import type { Command, Option } from 'commander';

export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/** A word that can be completed, with what it does. */
interface Word {
  readonly text: string;
  readonly description: string;
}

/** What can follow a command. `path` is `models use`, or '' for the program itself. */
interface CompletionNode {
  readonly path: string;
  readonly subcommands: readonly Word[];
  readonly options: readonly Word[];
  /** Values by option: `--format` to `markdown`, `srt`, ... */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Values of the first argument; [] if it is a path or free text. */
  readonly argumentValues: readonly string[];
}

/** Returns the script that completes commands, options and their values in a shell. Other words complete as paths. */
export function createCompletionScript(program: Command, shell: CompletionShell): string {
  const nodes = listNodes(program);
  if (shell === 'bash') return bashScript(nodes);
  return shell === 'zsh' ? zshScript(nodes) : fishScript(nodes);
}

function listNodes(program: Command): readonly CompletionNode[] {
  const globalOptions = program.options.map(toWord);
  const visit = (command: Command, path: string): readonly CompletionNode[] => {
    const isRoot = command === program;
    const node = {
      path,
      subcommands: command.commands.map((sub) => ({ text: sub.name(), description: sub.description() })),
      options: [...(isRoot ? [] : command.options.map(toWord)), ...globalOptions, HELP],
      values: new Map(
        command.options
          .filter(({ argChoices }) => argChoices !== undefined)
          .flatMap((option) => flagsOf(option).map((flag) => [flag, option.argChoices ?? []] as const)),
      ),
      argumentValues: command.registeredArguments[0]?.argChoices ?? [],
    };
    return [node, ...command.commands.flatMap((sub) => visit(sub, `${path} ${sub.name()}`.trim()))];
  };
  return visit(program, '');
}

const HELP: Word = { text: '--help', description: 'print help' };

const flagsOf = ({ short, long }: Option) => [short, long].filter((flag) => flag !== undefined);
const toWord = (option: Option): Word => ({
  text: option.long ?? option.short ?? '',
  description: option.description,
});

const wordsOf = ({ subcommands, options, argumentValues }: CompletionNode) => [
  ...subcommands.map(({ text }) => text),
  ...argumentValues,
  ...options.map(({ text }) => text),
];

/** The names of commands and options are plain; descriptions are quoted for every shell in the same way. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function bashScript(nodes: readonly CompletionNode[]): string {
  const commandPaths = nodes.filter(({ path }) => path !== '').map(({ path }) => path);
  const wordCases = nodes.map(
    (node) => `    ${quote(node.path)}) words=${quote(wordsOf(node).join(' '))} ;;`,
  );
  const valueCases = nodes.flatMap(({ path, values }) =>
    [...values].map(
      ([flag, choices]) => `    ${quote(`${path} ${flag}`)}) words=${quote(choices.join(' '))} ;;`,
    ),
  );
  return `# bash completion for goldfish. Add to ~/.bashrc: eval "$(goldfish completion bash)"
_goldfish() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${path:+$path }\${COMP_WORDS[i]}"
    case "$word" in
    ${commandPaths.map(quote).join('|')}) path="$word" ;;
    esac
  done
  case "$path $previous" in
${valueCases.join('\n')}
  esac
  if [[ -z "$words" ]]; then
    case "$path" in
${wordCases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 0 && "$current" != -* ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _goldfish goldfish
`;
}

function zshScript(nodes: readonly CompletionNode[]): string {
  const describe = ({ text, description }: Word) => quote(`${text.replaceAll(':', '\\:')}:${description}`);
  const commandPaths = nodes.filter(({ path }) => path !== '').map(({ path }) => path);
  const wordCases = nodes.map((node) => {
    const words = [
      ...node.subcommands,
      ...node.argumentValues.map((text) => ({ text, description: '' })),
      ...node.options,
    ];
    return `    ${quote(node.path)}) entries=(${words.map(describe).join(' ')}) ;;`;
  });
  const valueCases = nodes.flatMap(({ path, values }) =>
    [...values].map(
      ([flag, choices]) =>
        `    ${quote(`${path} ${flag}`)}) compadd -- ${choices.map(quote).join(' ')}; return ;;`,
    ),
  );
  return `#compdef goldfish
# zsh completion for goldfish. Add to ~/.zshrc after compinit: eval "$(goldfish completion zsh)"
_goldfish() {
  local joined='' word i
  local -a entries
  for ((i = 2; i < CURRENT; i++)); do
    word="\${joined:+$joined }\${words[i]}"
    case "$word" in
    ${commandPaths.map((path) => `(${path.replaceAll(' ', '\\ ')})`).join('|')}) joined="$word" ;;
    esac
  done
  case "$joined \${words[CURRENT-1]}" in
${valueCases.join('\n')}
  esac
  case "$joined" in
${wordCases.join('\n')}
  esac
  _describe 'goldfish' entries
  _files
}
compdef _goldfish goldfish
`;
}

function fishScript(nodes: readonly CompletionNode[]): string {
  const lines = nodes.flatMap((node) => {
    const condition = `-n ${quote(`__goldfish_at ${quote(node.path).slice(1, -1)}`)}`;
    const commands = node.subcommands.map(
      ({ text, description }) =>
        `complete -c goldfish ${condition} -f -a ${quote(text)} -d ${quote(description)}`,
    );
    const argumentValues = node.argumentValues.map(
      (text) => `complete -c goldfish ${condition} -f -a ${quote(text)}`,
    );
    const options = node.options.map(({ text, description }) => {
      const choices = node.values.get(text);
      const values = choices === undefined ? '' : ` -x -a ${quote(choices.join(' '))}`;
      return `complete -c goldfish ${condition} -l ${quote(text.replace(/^--/, ''))}${values} -d ${quote(description)}`;
    });
    return [...commands, ...argumentValues, ...options];
  });
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# fish completion for goldfish. Save it: goldfish completion fish > ~/.config/fish/completions/goldfish.fish
function __goldfish_at
  set -l path ''
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim -- "$path $word")
    if contains -- "$longer" ${paths.join(' ')}
      set path $longer
    end
  end
  test "$path" = "$argv"
end
${lines.join('\n')}
`;
}
