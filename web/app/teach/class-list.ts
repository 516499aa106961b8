import { teachText } from '../text/teach.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { ClassCard } from './class-card.ts';
import type { PhotoOf } from './photo-cell.ts';
import type { Move } from './photo-tools.ts';
import { type Example, MAX_CLASSES, type TeachClass } from './project.ts';

const words = teachText.classes;

/** What a person does with classes and their photos; id is of the class. */
export interface ClassActions {
  record(card: ClassCard, on: boolean): void;
  files(id: string, files: File[]): void;
  name(id: string, name: string): void;
  remove(id: string): void;
  removePhotos(ids: string[]): void;
  movePhotos(move: Move): void;
  add(counter: boolean): void;
}

/** The cards of all classes, and the ways to further ones. */
export class ClassList extends HTMLElement {
  #actions: ClassActions;
  #photo: PhotoOf;
  #cards = new Map<string, ClassCard>();
  #list = element('div', { class: 'cards' });
  #add = button(words.add, () => this.#actions.add(false));
  #counter = button(words.addCounter, () => this.#actions.add(true));
  /** The card that was used last: what is pasted is for it. */
  #used: ClassCard | undefined;

  constructor(photo: PhotoOf, actions: ClassActions) {
    super();
    this.#photo = photo;
    this.#actions = actions;
  }

  connectedCallback(): void {
    if (this.#list.isConnected) return;
    this.append(
      element('h2', { class: 'visually-hidden' }, words.heading),
      this.#list,
      element('div', { class: 'actions' }, this.#add, this.#counter),
    );
    for (const type of ['focusin', 'pointerdown'] as const)
      this.addEventListener(type, ({ target }) => {
        this.#used = cardAt(target) ?? this.#used;
      });
  }

  /** The card for what comes without naming one. */
  get used(): ClassCard | undefined {
    return this.#used?.isConnected ? this.#used : [...this.#cards.values()][0];
  }

  /** By the id of its class. */
  card(id: string | undefined): ClassCard | undefined {
    return id === undefined ? undefined : this.#cards.get(id);
  }

  show(classes: readonly TeachClass[], examples: readonly Example[]): void {
    const photos = new Map(classes.map(({ id }) => [id, [] as string[]]));
    for (let i = examples.length - 1; i >= 0; i--) {
      const example = examples[i] as Example;
      photos.get(example.class)?.push(example.id);
    }
    for (const [id, card] of this.#cards) {
      if (photos.has(id)) continue;
      this.#leave(card);
      this.#cards.delete(id);
    }
    let before: ClassCard | undefined;
    for (const one of classes) {
      let card = this.#cards.get(one.id);
      if (!card) {
        card = this.#make(one);
        this.#cards.set(one.id, card);
      }
      const next = before ? before.nextElementSibling : this.#list.firstElementChild;
      if (next !== card) this.#list.insertBefore(card, next);
      card.show(one, classes, photos.get(one.id) ?? []);
      before = card;
    }
    this.#counter.hidden = classes.some(({ counter }) => counter);
    this.#add.hidden = classes.length >= MAX_CLASSES;
  }

  /** A card goes: the focus that is in it moves on. */
  #leave(card: ClassCard): void {
    const focused = card.contains(document.activeElement);
    const next = card.nextElementSibling ?? card.previousElementSibling;
    card.release();
    card.remove();
    if (!focused) return;
    if (next instanceof ClassCard) next.focusHold();
    else this.#add.focus({ preventScroll: true });
  }

  #make(one: TeachClass): ClassCard {
    const card = new ClassCard(one, this.#photo);
    const { id } = one;
    const actions = this.#actions;
    card.on('record', (on) => actions.record(card, on));
    card.on('files', (files) => actions.files(id, files));
    card.on('named', (name) => actions.name(id, name));
    card.on('removal', () => actions.remove(id));
    card.on('photosRemoval', (ids) => actions.removePhotos(ids));
    card.on('photosMove', (move) => actions.movePhotos(move));
    return card;
  }
}

/** The card that something happened in. */
export const cardAt = (target: EventTarget | null): ClassCard | undefined => {
  const card = target instanceof Element && target.closest('teach-class');
  return card instanceof ClassCard ? card : undefined;
};

customElements.define('class-list', ClassList);
