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
  /** It takes the place of a former message of the same id: of the same words, unless one is given. */
  id?: unknown;
  /** Is called when it has gone without its action. */
  gone?(): void;
}

/** A message that is shown. */
interface Notice {
  id: unknown;
  gone?: () => void;
  /** It is about what was just done, and has nothing to press: it may go for another one. */
  passing: boolean;
  /** After how many milliseconds it goes away, if it does, and the timer that runs, if one does. */
  after?: number;
  timer?: ReturnType<typeof setTimeout>;
}

/** How long a message stays, in milliseconds: long enough to be read twice, and longer where there is something to press. */
const lifetime = (message: string, action?: NoticeAction): number => 5000 + 70 * message.length + (action ? 5000 : 0);

/** How many are on show at a time. */
const most = 2;

/** Older browsers have none; there the messages are below an open dialog. */
const popovers = 'popover' in HTMLElement.prototype;

/**
 * Messages at the edge of the page, the newest last, which go away by themselves, though not under the pointer or with the focus in
 * them. A new one takes the place of the oldest; one with something to press is not lost by that, but waits until there is room again.
 * They are announced politely and take no room. While a dialog is open they are in it: all else is inert then.
 */
class Notices extends HTMLElement {
  #shown = new Map<HTMLElement, Notice>();
  /** Where they are while no dialog is open. */
  #home: HTMLElement | null = null;
  /** What had the focus before it came to a message. */
  #before: HTMLElement | undefined;

  connectedCallback(): void {
    if (this.#home) return; // it has only moved
    this.#home = this.parentElement;
    this.setAttribute('aria-live', 'polite'); // the page's one status is the model's
    this.setAttribute('popover', 'manual'); // above an open dialog
    this.addEventListener('pointerenter', () => this.#hold());
    this.addEventListener('pointerleave', () => this.#release());
    this.addEventListener('focusin', ({ relatedTarget }) => {
      if (relatedTarget instanceof HTMLElement && !this.contains(relatedTarget)) this.#before = relatedTarget;
      this.#hold();
    });
    this.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.contains(relatedTarget)) this.#before = undefined;
      this.#release();
    });
    // Before the dialog's own listeners, which may take it out of the page.
    document.addEventListener('close', () => this.raise(), { capture: true });
  }

  /** Shows a message, and gives what takes it away. */
  add(message: string, { action, stays = false, id = message, gone }: NoticeOptions = {}): () => void {
    for (const [former, shown] of this.#shown) if (shown.id === id) this.#remove(former);
    const notice = element('div', { class: 'notice' }, element('p', {}, message));
    const close = () => this.#remove(notice);
    if (action) {
      const press = () => {
        this.#remove(notice, true);
        action.act();
      };
      notice.append(button(action.name, press, 'plain'));
    }
    notice.append(button('×', close, 'close', { 'aria-label': text.notices.close, title: text.notices.close }));
    this.append(notice);
    this.#shown.set(notice, {
      id,
      gone,
      passing: !stays && !action,
      after: stays ? undefined : lifetime(message, action),
    });
    const passing = [...this.#shown].filter(([other, { passing }]) => passing && other !== notice);
    for (const [other] of passing.slice(0, Math.max(0, this.#shown.size - most))) this.#remove(other);
    this.#arrange();
    this.raise();
    this.#release();
    return close;
  }

  /** Takes away what is of no interest any more: all that only tells something. */
  clear(): void {
    for (const [notice, { passing }] of this.#shown) if (passing) this.#remove(notice);
  }

  /** The newest are on show, and the time of the others does not run. */
  #arrange(): void {
    const notices = [...this.#shown.keys()];
    for (const [i, notice] of notices.entries()) notice.hidden = i < notices.length - most;
  }

  /** Puts them into the dialog that is open, or back where they were, and above whatever has come to the top layer since. */
  raise(): void {
    const dialogs = document.querySelectorAll('dialog[open]');
    const place = dialogs[dialogs.length - 1] ?? this.#home;
    if (this.parentElement !== place) place?.append(this);
    if (!popovers) return;
    if (this.matches(':popover-open')) this.hidePopover();
    if (this.#shown.size > 0) this.showPopover();
  }

  #hold(): void {
    for (const shown of this.#shown.values()) {
      clearTimeout(shown.timer);
      shown.timer = undefined;
    }
  }

  #release(): void {
    if (this.matches(':hover, :focus-within')) return;
    for (const [notice, shown] of this.#shown) {
      if (shown.after !== undefined && !notice.hidden)
        shown.timer ??= setTimeout(() => this.#remove(notice), shown.after);
    }
  }

  #remove(notice: HTMLElement, acted = false): void {
    const shown = this.#shown.get(notice);
    if (!shown) return;
    clearTimeout(shown.timer);
    this.#shown.delete(notice);
    const focused = notice.contains(document.activeElement);
    notice.remove();
    this.#arrange();
    if (this.#shown.size === 0 && popovers && this.matches(':popover-open')) this.hidePopover();
    if (focused) this.#giveBackFocus();
    this.#release();
    if (!acted) shown.gone?.();
  }

  /** Puts the focus where it was, or else on the first heading. */
  #giveBackFocus(): void {
    const before = this.#before;
    this.#before = undefined;
    before?.focus({ preventScroll: true });
    if (before && document.activeElement === before) return;
    const place = this.parentElement === this.#home ? document.querySelector('main') : this.parentElement;
    const heading = [...(place?.querySelectorAll('h2') ?? [])].find((h) => h.getClientRects().length > 0);
    heading?.setAttribute('tabindex', '-1');
    heading?.focus({ preventScroll: true });
  }
}

customElements.define('page-notices', Notices);

/** The page's messages. */
export const notices = new Notices();

/** Opens a dialog over all else, but for the messages. */
export function showModal(dialog: HTMLDialogElement): void {
  dialog.showModal();
  notices.raise();
}
