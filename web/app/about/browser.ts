import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';

const words = text.about.browser;

/** What the page does otherwise than it would like to, because of this browser; where there is nothing to say, it is not there. */
export class BrowserReport extends HTMLElement {
  #said: string | undefined;

  connectedCallback(): void {
    network.state.subscribe(() => this.#update());
    this.#update();
  }

  #update(): void {
    const lines = [...ofNetwork(), ...ofVideo()];
    if (lines.join() === this.#said) return;
    this.#said = lines.join();
    this.replaceChildren(element('h2', {}, words.heading), ...lines.map((line) => element('p', {}, line)));
    this.hidden = lines.length === 0;
  }
}

/** The page leaves the engine to the library, which takes the best that the browser has. */
function ofNetwork(): string[] {
  if (!network.net) return [];
  const { canvas, draws, engine } = network.net.info;
  const lines: string[] = [];
  if (engine !== 'relaxed') lines.push(words.engines[engine]);
  if (draws === 'page') lines.push(words.draws);
  if (canvas === 'altered') lines.push(words.altered);
  return lines;
}

const ofVideo = (): string[] => ('requestVideoFrameCallback' in HTMLVideoElement.prototype ? [] : [words.frames]);

customElements.define('browser-report', BrowserReport);
