import { costText } from '../text/cost.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';
import { compact, count, decimal, hundredths, percent } from '../ui/format.ts';
import { kindsLegend, stack } from '../ui/layer-kinds.ts';
import { sum } from '../ui/sum.ts';
import { costOf, family, type Member } from './family.ts';
import { line, result } from './math.ts';

const words = costText.network;
const FULL: Member = { alpha: 1, resolution: 224 };

/** The two sliders that make the whole network smaller, and what they make of its cost. Emits the network that a person sets. */
export class CostNetwork extends Component<{ choose: Member }> {
  #alpha = element('input', { type: 'range', id: 'alpha', min: 0, max: family.widths.length - 1, step: 1 });
  #resolution = element('input', {
    type: 'range',
    id: 'resolution',
    min: 0,
    max: family.resolutions.length - 1,
    step: 1,
  });
  #alphaValue = element('strong', { 'aria-hidden': 'true' });
  #resolutionValue = element('strong', { 'aria-hidden': 'true' });
  #results = element('div', { class: 'results' });
  #standard = element('p', { class: 'quiet' });

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const slider = (input: HTMLInputElement, label: HTMLElement, value: HTMLElement, about: string) =>
      element(
        'div',
        { class: 'slider' },
        element('label', { for: input.id }, label, value),
        input,
        element('p', { class: 'quiet' }, about),
      );
    this.append(
      element('h3', {}, words.heading),
      element('p', {}, words.lead),
      element(
        'div',
        { class: 'sliders' },
        slider(this.#alpha, line(`${words.alpha} α`), this.#alphaValue, words.alphaSays),
        slider(this.#resolution, element('span', {}, words.resolution), this.#resolutionValue, words.resolutionSays),
      ),
      this.#results,
      kindsLegend(),
      this.#standard,
    );
    for (const input of [this.#alpha, this.#resolution]) {
      input.addEventListener('input', () => {
        this.#update();
        this.emit('choose', this.member);
      });
    }
    this.member = FULL;
  }

  get member(): Member {
    return {
      alpha: family.widths[this.#alpha.valueAsNumber]?.alpha ?? 1,
      resolution: family.resolutions[this.#resolution.valueAsNumber] ?? 224,
    };
  }

  /** Moves the sliders, unless the network is outside their range. */
  set member({ alpha, resolution }: Member) {
    const at = [family.widths.findIndex((w) => w.alpha === alpha), family.resolutions.indexOf(resolution)];
    if (at.some((i) => i < 0)) return;
    this.#alpha.value = String(at[0]);
    this.#resolution.value = String(at[1]);
    this.#update();
  }

  #update(): void {
    const { alpha, resolution } = this.member;
    const [cost, full] = [costOf(this.member), costOf(FULL)];
    if (!cost || !full) return;
    this.#alphaValue.textContent = hundredths(alpha);
    this.#alpha.setAttribute('aria-valuetext', hundredths(alpha));
    this.#resolutionValue.textContent = `${count(resolution)} × ${count(resolution)}`;
    this.#resolution.setAttribute('aria-valuetext', words.pixels(count(resolution)));

    const rho = resolution / FULL.resolution;
    const [parameters, multiplyAdds] = [sum(cost.parameters), sum(cost.multiplyAdds)];
    const most = costOf({ alpha: 1, resolution: Math.max(...family.resolutions) }) ?? full;
    this.#results.replaceChildren(
      figure({
        name: 'parameters',
        title: text.inside.columns.parameters,
        value: parameters,
        shares: cost.parameters.map((n) => n / sum(full.parameters)),
        about: line('α² = ', hundredths(alpha), '² = ', result('alpha-squared', alpha ** 2, decimal(alpha ** 2, 3))),
        exact: parameters / sum(full.parameters),
      }),
      figure({
        name: 'multiplyAdds',
        title: text.inside.columns.multiplyAdds,
        value: multiplyAdds,
        shares: cost.multiplyAdds.map((n) => n / sum(most.multiplyAdds)),
        about: line(
          'α² · ρ² = ',
          hundredths(alpha),
          '² · (',
          resolution,
          '/',
          FULL.resolution,
          ')² = ',
          result('alpha-rho-squared', (alpha * rho) ** 2, decimal((alpha * rho) ** 2, 3)),
        ),
        exact: multiplyAdds / sum(full.multiplyAdds),
      }),
    );
    const { standard } = cost;
    this.#standard.textContent = words.standard(compact(standard.parameters), compact(standard.multiplyAdds));
    this.#standard.dataset.parameters = String(standard.parameters);
    this.#standard.dataset.multiplyAdds = String(standard.multiplyAdds);
  }
}

interface Figure {
  name: string;
  title: string;
  value: number;
  /** By kind, of the bar's whole length. */
  shares: number[];
  about: HTMLElement;
  /** Of the full network at 224 pixels. */
  exact: number;
}

function figure({ name, title, value, shares, about, exact }: Figure): HTMLElement {
  return element(
    'section',
    { class: 'card' },
    element('h4', {}, title),
    element('p', { class: 'large' }, result(name, value)),
    stack(shares),
    element('p', {}, about),
    element('p', { class: 'quiet' }, words.exact(percent(exact))),
  );
}

customElements.define('cost-network', CostNetwork);
