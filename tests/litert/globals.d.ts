interface Window {
  /** page.html: the output that LiteRT.js gives a model for each list of inputs, in base64; all by their addresses. */
  ask(model: string, runs: string[][]): Promise<string[]>;
}
