import { readSpentTime } from '../base/spent-time.ts';
import { provide } from './provider.ts';

export const provideUsage = provide('goldfish/usage', async () => {
  const { processorMs, acceleratorMs } = readSpentTime();
  return { processorMs: Math.round(processorMs), acceleratorMs: Math.round(acceleratorMs) };
});
