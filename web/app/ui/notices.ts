import { text } from '../text/text.ts';
import { button } from './controls.ts';
import { element } from './dom.ts';

/** A button in a message. */
export interface NoticeAction {
  name: string;
  act(): void;
}

interface NoticeOptions {
  action?: NoticeAction;
  /** It stays until it is closed: for what a person must not miss. */
  stays?: boolean;
}

/** How long a message stays, in milliseconds: long enough to be read twice, and longer where there is something to press. */
const lifetime = (message: string, action?: NoticeAction): number => 5000 + 70 * message.length + (action ? 5000 : 0);

/** Older browsers have none; there the messages are below an open dialog. */
const popovers = 'popover' in HTMLElement.prototype;

/**
 * Messages at the lower edge of the page, the newest last, which go away by themselves, though not under the pointer or with the
 * focus in them. They are announced politely and take no room.
 */
class Notices extends HTMLElement {
  /** The messages that go away: after how long, and the timer that runs, if one does. */
  #passing = new Map<HTMLElement, { after: number; timer?: ReturnType<typeof setTimeout> }>();

  connectedCallback(): void {
    this.setAttribute('aria-live', 'polite'); // the page's one status is the model's
    this.setAttribute('popover', 'manual'); // above an open dialog
    for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, () => this.#hold());
    for (const type of ['pointerleave', 'focusout']) this.addEventListener(type, () => this.#release());
  }

  /** Shows a message, and gives what takes it away. The same message again takes the place of the former. */
  add(message: string, { action, stays = false }: NoticeOptions = {}): () => void {
    for (const notice of this.children) {
      if (notice.firstElementChild?.textContent === message) this.#remove(notice as HTMLElement);
    }
    const notice = element('div', { class: 'notice' }, element('p', {}, message));
    const close = () => this.#remove(notice);
    if (action) {
      const press = () => {
        close();
        action.act();
      };
      notice.append(button(action.name, press, 'plain'));
    }
    notice.append(button('×', close, 'close', { 'aria-label': text.notices.close, title: text.notices.close }));
    this.append(notice);
    this.#raise();
    if (!stays) this.#passing.set(notice, { after: lifetime(message, action) });
    this.#release();
    return close;
  }

  /** Puts it above whatever has come to the top layer since. */
  #raise(): void {
    if (!popovers) return;
    if (this.matches(':popover-open')) this.hidePopover();
    this.showPopover();
  }

  #hold(): void {
    for (const passing of this.#passing.values()) {
      clearTimeout(passing.timer);
      passing.timer = undefined;
    }
  }

  #release(): void {
    if (this.matches(':hover, :focus-within')) return;
    for (const [notice, passing] of this.#passing) {
      passing.timer ??= setTimeout(() => this.#remove(notice), passing.after);
    }
  }

  #remove(notice: HTMLElement): void {
    clearTimeout(this.#passing.get(notice)?.timer);
    this.#passing.delete(notice);
    notice.remove();
    if (this.childElementCount === 0 && popovers && this.matches(':popover-open')) this.hidePopover();
  }
}

customElements.define('page-notices', Notices);

/** The page's messages. */
export const notices = new Notices();
