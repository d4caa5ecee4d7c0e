/** Describes a panel over the page. */
export interface DialogParts {
  readonly title: string;
  readonly body: unknown;
  readonly foot?: unknown;
  /** True for a sheet at the right, from the bottom on a narrow screen. */
  readonly isSheet?: boolean;
}
