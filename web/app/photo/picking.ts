import { PrivacyLine } from '../offline/privacy-line.ts';
import { cameraStart } from '../store/camera-start.ts';
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
  #teach = element('a', { class: 'button' }, text.picking.teach);

  constructor(open: (sample: Sample) => void) {
    super();
    this.#open = open;
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.classList.add('picking');
    this.replaceChildren(
      this.#files.input,
      this.#files.label,
      this.#camera,
      this.#teach,
      element('p', { class: 'hint' }, text.picking.hint),
      new PrivacyLine(),
      element(
        'div',
        { class: 'samples', role: 'group', 'aria-label': text.samples.title },
        element('span', { 'aria-hidden': 'true' }, text.samples.try),
        ...samples.map((sample) => this.#sampleButton(sample)),
      ),
    );
    this.#camera.addEventListener('click', ({ ctrlKey, metaKey, shiftKey }) => {
      cameraStart.wanted = !(ctrlKey || metaKey || shiftKey); // with those it opens elsewhere
    });
    state.subscribe(() => this.#link());
    this.#link();
  }

  /** Asks for a file. */
  choose(): void {
    this.#files.input.click();
  }

  /**
   * Puts it before the model's status, where it is asked to and the model is on its way or there, or else at the end: where it is
   * seen, so that the keyboard comes to everything in that order.
   */
  place(status: HTMLElement, first: boolean): void {
    const before = first && status.dataset.phase !== 'failed';
    const is = status.compareDocumentPosition(this) === Node.DOCUMENT_POSITION_PRECEDING;
    if (before === is) return;
    const { activeElement } = document;
    if (before) status.before(this);
    else status.parentElement?.append(this);
    if (activeElement instanceof HTMLElement && this.contains(activeElement))
      activeElement.focus({ preventScroll: true });
  }

  #link(): void {
    this.#camera.href = hashOf({ ...state.get(), panel: 'camera' });
    this.#teach.href = hashOf({ ...state.get(), panel: 'teach' });
  }

  #sampleButton(sample: Sample): HTMLButtonElement {
    const title = text.samples.tryOne(sampleName(sample));
    const made = button('', () => this.#open(sample), 'sample', { 'aria-label': title, title });
    made.append(element('img', { src: sample.thumbnail, alt: '', width: 96, height: 96 }));
    return made;
  }
}

customElements.define('photo-picking', PhotoPicking);
