import { element, mark } from './dom.ts';
import { takeEverywhere } from './intake.ts';
import { network } from './network.ts';
import { PhotoPanel } from './photo-panel.ts';
import { language, text } from './text/text.ts';

/** The page around its panels: what came in by drop or paste goes to the panel that is shown. */
class DepthwiseApp extends HTMLElement {
  connectedCallback(): void {
    document.documentElement.lang = language;
    const panel = new PhotoPanel();
    this.append(header(), element('main', {}, panel), footer());
    takeEverywhere(panel);
    void network.start();
  }
}

function header(): HTMLElement {
  const { name, tagline } = text.brand;
  return element('header', {}, element('h1', {}, mark(), name), element('p', { class: 'tagline' }, tagline));
}

function footer(): HTMLElement {
  const { how, explanation, paper, weights, privacy } = text.footer;
  return element(
    'footer',
    {},
    element(
      'details',
      {},
      element('summary', {}, how),
      ...explanation.map((paragraph) => element('p', {}, paragraph)),
      element('p', {}, element('a', { href: 'https://arxiv.org/abs/1704.04861', rel: 'noreferrer' }, paper)),
    ),
    element('p', {}, privacy),
    element('p', {}, weights),
  );
}

customElements.define('depthwise-app', DepthwiseApp);
