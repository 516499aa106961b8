import type { OwnModel } from '../../common/storage.ts';
import type { ListedModel } from '../../mobilenet/mobilenet.js';
import { isOwn, isTaught, listedName } from '../store/choice.ts';
import { own, taught } from '../store/own.ts';
import { type TaughtEntry, taughtModels } from '../store/taught.ts';
import { taughtText } from '../text/taught.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';
import { bytes, count, decimal, shortName } from '../ui/format.ts';
import { modelName, thingsLine } from '../ui/model-name.ts';

const words = text.model;

/**
 * The models there are to choose from: those of the list, what the person taught, and their own file. Emits 'listed' with the name, '' for
 * the default, 'taught' or 'own' when one is chosen.
 */
export class ModelOptions extends Component<{ listed: string; taught: TaughtEntry; own: OwnModel }> {
  listed: readonly ListedModel[] = [];
  #fieldset = element('fieldset', {}, element('legend', { class: 'visually-hidden' }, words.list));

  connectedCallback(): void {
    this.append(this.#fieldset);
  }

  draw(): void {
    const focused = this.#fieldset.contains(document.activeElement);
    const model = own.get();
    const [first] = this.listed;
    const options = this.listed.map((listed) => {
      const facts = words.facts(decimal(listed.alpha, 4), count(listed.resolution), listed.type, bytes(listed.size));
      const value = listed === first ? '' : listed.name;
      return option(
        { value },
        () => this.emit('listed', value),
        `${modelName(listed)} · ${thingsLine(thingsIn(listed))}`,
        facts,
        listed.name,
      );
    });
    for (const entry of taughtModels.get()) {
      const { project, name, classes, size } = entry;
      options.push(
        option(
          { 'data-taught': project },
          () => this.emit('taught', entry),
          `${shortName(name, 32)} · ${thingsLine(classes)}`,
          bytes(size),
          taughtText.here,
        ),
      );
    }
    if (model) {
      const size = bytes(model.file.size);
      options.push(
        option({ 'data-own': true }, () => this.emit('own', model), words.own.heading, size, model.file.name),
      );
    }
    this.#fieldset.replaceChildren(this.#fieldset.firstElementChild as Element, ...options);
    this.#fieldset.hidden = options.length === 0;
    this.mark();
    if (focused) this.#fieldset.querySelector<HTMLElement>(':checked')?.focus();
  }

  /** Marks the one that is in use or loading. */
  mark(): void {
    const name = listedName() === this.listed[0]?.name ? '' : listedName();
    for (const radio of this.#fieldset.querySelectorAll('input')) {
      const { own, taught: project } = radio.dataset;
      if (own !== undefined) radio.checked = isOwn();
      else if (project !== undefined) radio.checked = isTaught() && taught.get()?.project === project;
      else radio.checked = !isOwn() && !isTaught() && radio.value === name;
    }
  }
}

/** A model of ImageNet's 1,000 things and the background has 1,001 classes. */
const thingsIn = ({ classes }: ListedModel): number => (classes === 1001 ? 1000 : classes);

function option(
  attributes: Record<string, string | boolean>,
  choose: () => void,
  title: string,
  facts: string,
  name: string,
): HTMLElement {
  const radio = element('input', { type: 'radio', name: 'model', ...attributes });
  radio.addEventListener('change', choose);
  return element(
    'label',
    {},
    radio,
    element('strong', {}, title),
    element('span', {}, facts),
    element('small', {}, name),
  );
}

customElements.define('model-options', ModelOptions);
