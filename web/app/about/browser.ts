import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';

const words = text.about.browser;

/** Limitations of this browser that the page works around; hidden where there are none. */
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

/** The page leaves the engine to the library, which picks the best that the browser supports. */
function ofNetwork(): string[] {
  if (!network.net) return [];
  const { canvas, draws, engine } = network.net.info;
  const lines: string[] = [];
  if (engine !== 'relaxed' && engine !== 'dot') lines.push(words.engines[engine]);
  if (draws === 'page') lines.push(words.draws);
  if (canvas === 'altered') lines.push(words.altered);
  return lines;
}

const ofVideo = (): string[] => ('requestVideoFrameCallback' in HTMLVideoElement.prototype ? [] : [words.frames]);

customElements.define('browser-report', BrowserReport);
