import type { MobileNet } from '../../mobilenet/mobilenet.js';
import { modelText } from '../text/model.ts';
import { descriptions, element } from '../ui/dom.ts';
import { bytes, count, decimal, shortName } from '../ui/format.ts';

const words = modelText.sheet;

/** The properties of a model as a list of terms and values. */
export class ModelSheet extends HTMLElement {
  #list = element('dl');
  #none = element('p', {}, words.none);

  connectedCallback(): void {
    this.append(this.#none, this.#list);
  }

  /** size is of the file, in bytes; labels is the name of their file, '' where there is none. */
  show(
    { info, layers }: MobileNet,
    { size, labels, license }: { size?: number; labels?: string; license?: string },
  ): void {
    const [height, width, colours] = info.shape;
    const blocks = count(layers.filter(({ type }) => type === 'depthwise').length);
    const sum = (key: 'parameters' | 'multiplyAdds') => count(layers.reduce((sum, layer) => sum + layer[key], 0));
    const rows = descriptions([
      [words.name, info.model],
      [words.title, brief(info.file.name)],
      [words.network, info.network],
      [words.alpha, decimal(info.alpha, 4)],
      [words.resolution, words.pixels(count(height), count(width), colours === 1)],
      [words.blocks, words.blocksOf[info.network](blocks)],
      [words.classes, info.classes ? count(info.classes) : words.embedding],
      [words.labels, info.file.labels ? words.inFile : labels === '' ? words.numbered : labels],
      [words.type, info.stored === info.type ? words.types[info.type] : words.computed(words.types[info.stored])],
      [words.size, size === undefined ? undefined : bytes(size)],
      [words.parameters, sum('parameters')],
      [words.multiplyAdds, sum('multiplyAdds')],
      [words.license, license ?? brief(info.file.license)],
      [words.note, brief(info.file.note)],
    ]);
    this.#none.hidden = true;
    this.#list.replaceChildren(...rows);
  }
}

/** What a file says, in as many letters as there is room for. */
const brief = (said: string): string | undefined => shortName(said, 200) || undefined;

customElements.define('model-sheet', ModelSheet);
