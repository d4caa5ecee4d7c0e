// A file of its own in the package: most of what reading the extension would cost, and only the first use needs it.
export { LanguageClient, ProgressType, ResponseError, State } from 'vscode-languageclient/node';
