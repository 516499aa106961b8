import { PrivacyLine } from '../offline/privacy-line.ts';
import { hashOf, state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { button, filePicker, imageTypes } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { give } from '../ui/intake.ts';
import { type Sample, sampleName, samples } from '../ui/samples.ts';

/** The ways to a photo: files, the camera, and the sample photos, of which one that is pressed is given to open. */
export class PhotoPicking extends HTMLElement {
  #open: (sample: Sample) => void;
  #files = filePicker(
    { id: 'photo-file', kind: 'button primary', accept: imageTypes, multiple: true, take: (files) => void give(files) },
    text.picking.choose,
  );
  #camera = element('a', { class: 'button' }, text.picking.camera);

  constructor(open: (sample: Sample) => void) {
    super();
    this.#open = open;
  }

  connectedCallback(): void {
    this.classList.add('picking');
    this.replaceChildren(
      this.#files.input,
      this.#files.label,
      this.#camera,
      element('p', { class: 'hint' }, text.picking.hint),
      new PrivacyLine(),
      element(
        'div',
        { class: 'samples', role: 'group', 'aria-label': text.samples.title },
        element('span', { 'aria-hidden': 'true' }, text.samples.try),
        ...samples.map((sample) => this.#sampleButton(sample)),
      ),
    );
    state.subscribe(() => this.#link());
    this.#link();
  }

  /** Asks for a file. */
  choose(): void {
    this.#files.input.click();
  }

  #link(): void {
    this.#camera.href = hashOf({ ...state.get(), panel: 'camera' });
  }

  #sampleButton(sample: Sample): HTMLButtonElement {
    const title = text.samples.tryOne(sampleName(sample));
    const made = button('', () => this.#open(sample), 'sample', { 'aria-label': title, title });
    made.append(element('img', { src: sample.thumbnail, alt: '', width: 96, height: 96 }));
    return made;
  }
}

customElements.define('photo-picking', PhotoPicking);
