// This is a separate file in the package, because it is most of the extension's load time and needed only on first use.
export { LanguageClient, ProgressType, ResponseError, State } from 'vscode-languageclient/node';
