import { Argument } from 'commander';
import { formatExamples, type RegisterCommand } from './command.ts';
import { COMPLETION_SHELLS, type CompletionShell, createCompletionScript } from './completion-script.ts';

export const registerCompletion: RegisterCommand = (program, run) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', COMPLETION_SHELLS.join(', ')).choices(COMPLETION_SHELLS))
    .description('print the script with which a shell completes commands, options and their values')
    .addHelpText(
      'after',
      formatExamples(
        `eval "$(goldfish completion bash)"   # in ~/.bashrc`,
        `eval "$(goldfish completion zsh)"    # in ~/.zshrc, after compinit`,
        'goldfish completion fish > ~/.config/fish/completions/goldfish.fish',
      ),
    )
    .action((shell: CompletionShell) =>
      run(async () => {
        const script = createCompletionScript(program, shell);
        return { result: { shell, script }, text: script.trimEnd() };
      }),
    );
};
