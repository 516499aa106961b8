interface Window {
  /** page.html: what LiteRT.js gives a model for each input, all by their addresses. */
  ask(model: string, inputs: string[]): Promise<unknown>;
}
