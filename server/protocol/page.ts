/** Where the page is served: on loopback, under a token that is new with each daemon. Whoever has the URL has the library. */
export interface PageResult {
  /** Ends in a slash. `#v=<encoded URI>&t=<seconds>` behind it opens a video at a time, `#q=<question>` asks. */
  readonly url: string;
}
