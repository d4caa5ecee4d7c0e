import { formatMetrics } from '../core/text/format-metrics.ts';
import { formatExamples, type RegisterCommand } from './command.ts';

export const registerMetrics: RegisterCommand = (program, run) => {
  program
    .command('metrics')
    .description("print the state of the daemon and its workers in Prometheus' text format")
    .addHelpText(
      'after',
      formatExamples(
        'goldfish metrics > /var/lib/node_exporter/goldfish.prom.new',
        'goldfish metrics --json',
      ),
    )
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const [status, workers] = await Promise.all([
          client.request('goldfish/status', {}, { signal }),
          client.request('goldfish/workers', {}, { signal }),
        ]);
        return { result: { status, workers }, text: formatMetrics(status, workers).trimEnd() };
      }),
    );
};
