import type { Layer, Weights } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { button, segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { compact, count, decimal } from '../ui/format.ts';
import { glyph } from '../ui/layer-kinds.ts';
import { FeatureAtlas, type Place } from './atlas.ts';
import { signed } from './colours.ts';
import { kernelSheet, type MapSheet, type Sheet } from './sheet.ts';
import { explanation, kernel, kind, place, shape, values } from './words.ts';
import { MapZoom } from './zoom.ts';

const words = text.inside;

/** How many maps are shown before a person asks for all. */
const FEW = 48;

/** The data of the chosen layer. */
export interface Inspected {
  layer: Layer;
  maps: MapSheet;
  /** Undefined for layers without weights. */
  weights: Weights | undefined;
  /** The class labels, if the layer is the classifier. */
  labels: readonly string[] | undefined;
}

/** One layer: what it is, its feature maps or kernels, and one of them large. */
export class LayerDetail extends HTMLElement {
  #heading = element('h3');
  #explanation = element('p');
  #facts = element('p', { class: 'facts' });
  #view = segments(words.choices.view, words.views, () => this.#arrange());
  #sort = segments(words.choices.sort, words.sorts, () => this.#arrange());
  #legend = element('p', { class: 'legend', 'aria-hidden': 'true' });
  #ramp = element('canvas', { width: 256, height: 1 });
  #inputs = element('p', { class: 'inputs' });
  #zoom: MapZoom;
  #atlas = new FeatureAtlas();
  #pointed = element('p', { class: 'pointed' });
  #more = button('', () => this.#showMore(), 'button more');
  #shown: Inspected | undefined;
  #sheet: Sheet | undefined;
  #order: number[] = [];
  #all = false;

  /** image is the cropped input image. */
  constructor(image: HTMLCanvasElement) {
    super();
    this.#zoom = new MapZoom(image, this.#inputs);
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return; // it was moved
    this.append(
      this.#heading,
      this.#explanation,
      this.#facts,
      this.#zoom,
      element('div', { class: 'choices' }, this.#view.group, this.#sort.group, this.#legend),
      this.#atlas,
      this.#pointed,
      this.#more,
    );
    this.#atlas.on('pick', () => this.#pick());
    this.#atlas.on('point', (at) => this.#point(at));
  }

  #showMore(): void {
    this.#all = !this.#all;
    this.#arrange();
  }

  /** Shows a layer, or the same layer's maps of another image; live maps keep their order, so that none jumps about. */
  show(inspected: Inspected, live: boolean): void {
    const same = this.#shown?.layer === inspected.layer;
    this.#shown = inspected;
    if (same && live && this.#view.value === 'maps') {
      this.#sheet = inspected.maps;
      this.#atlas.show(inspected.maps, this.#visible(), (channel) => this.#name(channel));
      this.#pick();
      return;
    }
    const { layer, weights } = inspected;
    if (!same) {
      this.#all = false;
      this.#heading.replaceChildren(
        glyph(layer.type),
        `${layer.name} `,
        element('span', { class: 'word' }, kind(layer)),
      );
      this.#explanation.textContent = explanation(layer, weights?.shape.at(-1) ?? layer.shape[2]);
      this.#facts.textContent = [
        shape(layer.shape),
        kernel(layer),
        ...(layer.parameters
          ? [words.of.count(count(layer.parameters)), words.of.adds(compact(layer.multiplyAdds))]
          : []),
      ]
        .filter(Boolean)
        .join(' · ');
      const kernels = weights && kernelSheet(weights);
      this.#view.group.hidden = !kernels;
      if (!kernels) this.#view.value = 'maps';
      this.#atlas.channel = 0;
    }
    this.#arrange(!same);
  }

  /** Sorts maps or kernels; selects the first one of a new layer. */
  #arrange(anew = false): void {
    const shown = this.#shown;
    if (!shown) return;
    const kernels = this.#view.value === 'kernels' && shown.weights && kernelSheet(shown.weights);
    this.#sheet = kernels || shown.maps;
    const activity = shown.maps.activity();
    this.#order = Array.from(activity, (_, channel) => channel);
    if (this.#sort.value === 'activity') {
      this.#order.sort((a, b) => (activity[b] as number) - (activity[a] as number) || a - b);
    }
    this.#more.hidden = this.#order.length <= FEW;
    this.#more.textContent = this.#all ? words.fewer(count(FEW)) : words.more(count(this.#order.length));
    this.#atlas.label = `${shown.layer.name}, ${words.views[kernels ? 'kernels' : 'maps']}`;
    const before = this.#atlas.channel;
    this.#atlas.show(this.#sheet, this.#visible(), (channel) => this.#name(channel));
    this.#atlas.channel = anew ? (this.#order[0] ?? 0) : before;
    this.#explainColours();
    this.#pick();
    this.#point(null);
  }

  #visible(): number[] {
    return this.#all ? this.#order : this.#order.slice(0, FEW);
  }

  #pick(): void {
    const [shown, sheet] = [this.#shown, this.#sheet];
    if (!shown || !sheet) return;
    const { channel } = this.#atlas;
    const single = sheet.width === 1;
    this.#zoom.show(sheet, channel, this.#name(channel), shown.weights);
    this.#zoom.toggleAttribute('data-single', single);
    this.#inputs.hidden = shown.layer.type !== 'pointwise';
    if (shown.weights && shown.layer.type === 'pointwise') {
      this.#inputs.textContent = words.mixed(
        strongest(shown.weights, channel).map(([c, w]) =>
          words.input(count(c), decimal(w, 2)).replaceAll(' ', '\u00a0'),
        ),
      );
    }
  }

  #point(at: Place | null): void {
    const sheet = this.#sheet;
    this.#pointed.replaceChildren(
      ...(at && sheet
        ? [
            element('strong', {}, values(sheet.values(at.channel, at.x, at.y))),
            ` ${this.#name(at.channel)}${sheet.width > 1 ? ` · ${place(at.x, at.y)}` : ''}`,
          ]
        : [words.hover]),
    );
  }

  #name(channel: number): string {
    return this.#shown?.labels?.[channel] ?? words.channel(count(channel));
  }

  #explainColours(): void {
    const { ramp, from, to } = this.#sheet?.scale ?? { from: 0, to: 1 };
    const context = this.#ramp.getContext('2d');
    if (!ramp || !context) {
      this.#legend.replaceChildren(words.filterColours);
      return;
    }
    const image = context.createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(ramp);
    context.putImageData(image, 0, 0);
    const ends = ramp === signed ? words.signed : [decimal(from, 3), decimal(to, 3)];
    this.#legend.replaceChildren(ends[0] as string, this.#ramp, ends[1] as string);
  }
}

/** The inputs that a pointwise layer's channel is mixed from most: channel and weight. */
function strongest({ shape, data }: Weights, channel: number): [number, number][] {
  const inputs = shape[1] as number;
  const row = Array.from(data.subarray(channel * inputs, (channel + 1) * inputs));
  return [...row.entries()].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, 4);
}

customElements.define('layer-detail', LayerDetail);
