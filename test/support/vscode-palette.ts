import type { Locator, Page } from 'playwright-core';
import { answerInput } from './vscode.ts';

export const quickInput = (page: Page): Locator => page.locator('.quick-input-widget');
export const rows = (page: Page): Locator => quickInput(page).locator('.monaco-list-row');

/** Chooses a row of the quick pick by words that it contains. */
export async function pickRow(page: Page, words: string, text: string): Promise<void> {
  await quickInput(page).locator('input').first().fill(words);
  await rows(page).filter({ hasText: text }).first().click();
}

/** Types into the input box that has a prompt. */
export async function answerPrompt(page: Page, prompt: string, text: string): Promise<void> {
  await quickInput(page).filter({ hasText: prompt }).waitFor();
  await answerInput(page, text);
}

/** A line of the document that is open. */
export const editorLine = (page: Page, text: string | RegExp): Locator =>
  page.locator('.editor-instance .view-line', { hasText: text });
