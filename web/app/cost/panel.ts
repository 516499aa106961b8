import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { costText } from '../text/cost.ts';
import { element } from '../ui/dom.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import type { Panel } from '../ui/panel.ts';
import { sum } from '../ui/sum.ts';
import { CostBlock } from './block.ts';
import { CostChart } from './chart.ts';
import type { Member } from './family.ts';
import { CostLayer } from './layer.ts';
import { CostNetwork } from './network.ts';
import { publishedTable } from './table.ts';
import { CostTrial } from './trial.ts';

const words = costText;

/** The cost panel: what a depthwise separable layer and MobileNetV2's block save, what the two multipliers make of the network, and both in practice. */
export class CostPanel extends HTMLElement implements Panel {
  #network = new CostNetwork();
  #chart = new CostChart();
  #trial = new CostTrial();
  #status = new NetworkStatus();

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.append(
      element('div', { class: 'intro' }, element('h2', {}, words.heading), element('p', {}, words.lead)),
      new CostLayer(),
      new CostBlock(),
      element('div', { class: 'pair' }, this.#network, this.#chart, publishedTable()),
      this.#trial,
      this.#status,
    );
    this.#network.on('choose', link);
    this.#chart.on('choose', link);
    network.state.subscribe(() => this.#showLoaded());
    state.subscribe(({ scale }, before) => scale !== before.scale && this.#showMember());
    this.#showLoaded();
  }

  left(): void {
    this.#trial.stop();
  }

  /** Marks the network that is loaded. */
  #showLoaded(): void {
    const { net } = network;
    this.#status.hidden = Boolean(net);
    if (net) {
      const { alpha, resolution } = net.info;
      this.#chart.loaded = { alpha, resolution, multiplyAdds: sum(net.layers.map((layer) => layer.multiplyAdds)) };
    }
    this.#showMember();
  }

  /** Shows the network of the page's address, or else the loaded one. */
  #showMember(): void {
    const [alpha = 0, resolution = 0] = state.get().scale.split(',').map(Number);
    const member = resolution > 0 ? { alpha, resolution } : network.net?.info;
    if (member) this.#network.member = member;
    this.#chart.member = this.#network.member;
  }
}

/** Puts the network that a person chose into the page's address. */
const link = ({ alpha, resolution }: Member): void => state.set({ scale: `${alpha},${resolution}` }, { replace: true });

customElements.define('cost-panel', CostPanel);
