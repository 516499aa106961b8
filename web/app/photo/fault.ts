import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import type { NoticeAction } from '../ui/notices.ts';
import type { Problem } from '../ui/problem.ts';

/** Whether it is a fault of the program or of the connection: only then the same photo is worth another try. */
export const isFault = ({ code }: Problem): boolean =>
  code === 'worker-failed' || code === 'unknown' || code === 'download-failed';

/** The button of a message, where another try may help; the photo is shown then. */
export function tryAgain(problem: Problem, again: () => void): NoticeAction | undefined {
  if (!isFault(problem)) return undefined;
  const act = () => {
    state.set({ panel: 'photo' });
    again();
  };
  return { name: text.network.retry, act };
}

/** Why there is no photo, in its place. */
export class PhotoProblem {
  #alert = element('div', { class: 'problem', role: 'alert' });
  #retry = element('button', { type: 'button', class: 'button', hidden: true }, text.network.retry);
  readonly elements = [this.#alert, this.#retry];

  show(problem: Problem, again?: () => void): void {
    const { title, detail, said } = problem;
    const fault = isFault(problem);
    this.#alert.replaceChildren(
      element('h2', {}, title),
      element('p', {}, detail),
      ...(fault ? [element('small', {}, said)] : []),
    );
    this.#retry.hidden = !fault || !again;
    this.#retry.onclick = again ?? null;
  }
}
