import { z } from 'zod';

export const textDocumentSchema = z.object({ uri: z.string().max(32_768) });
const wholeNumberSchema = z.int().min(0);
export const positionSchema = z.object({ line: wholeNumberSchema, character: wholeNumberSchema });
export const rangeSchema = z.object({ start: positionSchema, end: positionSchema });
export const workDoneTokenSchema = z.union([z.string().max(1024), z.int()]).optional();
