import { teachText } from '../text/teach.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { showModal } from '../ui/notices.ts';
import type { PhotoOf } from './photo-cell.ts';
import { PhotoList } from './photo-list.ts';
import { type Move, PhotoTools } from './photo-tools.ts';
import type { TeachClass } from './project.ts';
import type { Behind } from './report.ts';

/** The photos behind a number of the report, in a dialog of their own, where they can be moved and removed. */
export class PhotosDialog extends Component<{ removal: string[]; move: Move }> {
  #heading = element('h2');
  #list: PhotoList;
  #tools: PhotoTools;
  #dialog = element('dialog', { class: 'photos-dialog' });
  #ids: string[] = [];

  constructor(photo: PhotoOf) {
    super();
    this.#list = new PhotoList(photo, 'many');
    this.#tools = new PhotoTools(this.#list);
  }

  connectedCallback(): void {
    if (this.#dialog.isConnected) return;
    const { close } = text.notices;
    this.#dialog.append(
      button('×', () => this.#dialog.close(), 'close', { 'aria-label': close, title: close }),
      this.#heading,
      this.#list,
      this.#tools,
    );
    this.append(this.#dialog);
    this.#tools.on('removal', (ids) => this.emit('removal', ids));
    this.#tools.on('move', (move) => this.emit('move', move));
  }

  open({ title, ids }: Behind, classes: readonly TeachClass[]): void {
    this.#ids = ids;
    this.#heading.textContent = title;
    this.#dialog.setAttribute('aria-label', title);
    this.#list.label = title;
    this.#tools.offer(classes, undefined);
    showModal(this.#dialog);
    this.#show();
  }

  /** Leaves out what is gone, or was moved to another class. */
  drop(gone: (id: string) => boolean): void {
    if (!this.#dialog.open) return;
    const left = this.#ids.filter((id) => !gone(id));
    if (left.length === this.#ids.length) return;
    this.#ids = left;
    if (left.length === 0) this.#dialog.close();
    else this.#show();
  }

  #show(): void {
    this.#list.show(this.#ids);
    this.#tools.idle = teachText.photos(this.#ids.length, count(this.#ids.length));
  }
}

customElements.define('photos-dialog', PhotosDialog);
