import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { button, filePicker, imageTypes } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { Finder } from './finder.ts';
import { HoldButton } from './hold-button.ts';
import type { PhotoOf } from './photo-cell.ts';
import { PhotoList } from './photo-list.ts';
import { type Move, PhotoTools } from './photo-tools.ts';
import { MAX_NAME, type TeachClass } from './project.ts';

const words = teachText.classes;

export interface CardEvents {
  /** The button is held, or no longer. */
  record: boolean;
  files: File[];
  named: string;
  removal: undefined;
  /** Of these photos. */
  photosRemoval: string[];
  photosMove: Move;
}

/** A class: its name, the ways to photos of it, and the photos, newest first. */
export class ClassCard extends Component<CardEvents> {
  readonly classId: string;
  readonly finder = new Finder();
  #counter: boolean;
  #name = element('input', { class: 'name', maxlength: MAX_NAME, autocomplete: 'off', spellcheck: 'false' });
  #hold = new HoldButton(teachText.record.hold, teachText.record.recording, '', {
    begin: () => this.emit('record', true),
    end: () => this.emit('record', false),
  });
  #files: ReturnType<typeof filePicker>;
  #remove = button('×', () => this.emit('removal'), 'close');
  #hint = element('p', { class: 'hint' });
  #empty = element('p', { class: 'empty quiet' }, teachText.add.hint);
  #list: PhotoList;
  #tools: PhotoTools;
  #shown = '';

  constructor({ id, counter }: TeachClass, photo: PhotoOf) {
    super();
    this.classId = id;
    this.#counter = counter;
    this.#list = new PhotoList(photo, 'one');
    this.#tools = new PhotoTools(this.#list);
    this.#files = filePicker(
      {
        id: `teach-files-${id}`,
        kind: 'button',
        accept: imageTypes,
        multiple: true,
        take: (files) => this.emit('files', files),
      },
      teachText.add.files,
    );
  }

  connectedCallback(): void {
    if (this.#list.isConnected) return;
    this.setAttribute('role', 'group');
    const title = this.#counter
      ? element('div', { class: 'title' }, element('h3', {}, words.counter), element('small', {}, words.counterHint))
      : this.#name;
    this.append(
      element('div', { class: 'head' }, title, this.#remove),
      element(
        'div',
        { class: 'body' },
        this.finder.element,
        this.#hint,
        element('div', { class: 'ways' }, this.#hold.element, this.#files.input, this.#files.label),
        this.#list,
        this.#empty,
      ),
      this.#tools,
    );
    this.#name.addEventListener('change', () => this.emit('named', this.#name.value));
    this.#name.addEventListener('blur', () => {
      if (this.#name.value.trim() === '') this.#name.value = this.#shown; // a class has a name
    });
    this.#name.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') this.#name.blur();
    });
    this.#list.on('open', (id) => this.#list.selection.toggle(id));
    this.#tools.on('removal', (ids) => this.emit('photosRemoval', ids));
    this.#tools.on('move', (move) => this.emit('photosMove', move));
  }

  /** Shows the class as it is now; ids are of its photos, newest first. */
  show({ id, name, counter }: TeachClass, classes: readonly TeachClass[], ids: readonly string[]): void {
    const called = counter ? words.counter : name;
    // What was typed may not be what the class is called: another class may have that name.
    if (this.#name.value !== name && (document.activeElement !== this.#name || this.#name.value.trim() === ''))
      this.#name.value = name;
    if (called !== this.#shown) {
      this.#shown = called;
      this.setAttribute('aria-label', called);
      this.#name.setAttribute('aria-label', `${words.name}: ${name}`);
      this.#hold.element.setAttribute('aria-label', teachText.record.of(called));
      this.#files.input.setAttribute('aria-label', teachText.add.to(called));
      this.#remove.setAttribute('aria-label', words.remove(called));
      this.#remove.title = words.remove(called);
      this.#list.label = teachText.strip.label(called);
    }
    this.#tools.offer(classes, id);
    this.#tools.idle = ids.length > 0 ? teachText.photos(ids.length, count(ids.length)) : '';
    this.#empty.hidden = ids.length > 0;
    this.#list.show(ids);
  }

  /** Says what keeps it from recording, or nothing. */
  say(line: string): void {
    if (this.#hint.textContent !== line) this.#hint.textContent = line;
  }

  /** How many photos were recorded since the button is held; undefined while it is not. */
  set recorded(n: number | undefined) {
    this.toggleAttribute('data-recording', n !== undefined);
    this.#hold.works = n !== undefined;
    this.finder.recorded = n === undefined ? '' : count(n);
  }

  get held(): boolean {
    return this.#hold.held;
  }

  release(): void {
    this.#hold.release();
  }

  focusName(): void {
    this.#name.focus();
    this.#name.select();
  }

  focusHold(): void {
    this.#hold.element.focus({ preventScroll: true });
  }
}

customElements.define('teach-class', ClassCard);
