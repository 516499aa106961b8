import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import type { Panel } from '../ui/panel.ts';
import { sum } from '../ui/sum.ts';
import { CostChart } from './chart.ts';
import { CostLayer } from './layer.ts';
import { CostNetwork } from './network.ts';
import { publishedTable } from './table.ts';
import { CostTrial } from './trial.ts';

const words = text.cost;

/** The cost panel: what a depthwise separable layer saves, what the two multipliers make of the network, and both in practice. */
export class CostPanel extends HTMLElement implements Panel {
  #network = new CostNetwork();
  #chart = new CostChart();
  #trial = new CostTrial();
  #status = new NetworkStatus();
  /** A person has moved the sliders: they no longer follow the loaded network. */
  #moved = false;

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.append(
      element('div', { class: 'intro' }, element('h2', {}, words.heading), element('p', {}, words.lead)),
      new CostLayer(),
      element('div', { class: 'pair' }, this.#network, this.#chart, publishedTable()),
      this.#trial,
      this.#status,
    );
    this.#network.on('choose', (member) => {
      this.#moved = true;
      this.#chart.member = member;
    });
    this.#chart.on('choose', (member) => {
      this.#moved = true;
      this.#network.member = member;
      this.#chart.member = member;
    });
    network.state.subscribe(() => this.#showLoaded());
    this.#showLoaded();
  }

  left(): void {
    this.#trial.stop();
  }

  /** Marks the network that is loaded. */
  #showLoaded(): void {
    const { net } = network;
    this.#status.hidden = Boolean(net);
    if (!net) return;
    const { alpha, resolution } = net.info;
    this.#chart.loaded = { alpha, resolution, multiplyAdds: sum(net.layers.map((layer) => layer.multiplyAdds)) };
    if (!this.#moved) this.#network.member = { alpha, resolution };
    this.#chart.member = this.#network.member;
  }
}

customElements.define('cost-panel', CostPanel);
