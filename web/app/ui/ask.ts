import { text } from '../text/text.ts';
import { button } from './controls.ts';
import { element } from './dom.ts';
import { showModal } from './notices.ts';

/** Asks before something that cannot be undone, in a dialog whose button is named after what it does. Resolves to whether it may be done. */
export function ask(question: string, detail: string, yes: string): Promise<boolean> {
  const dialog = element('dialog', { class: 'ask', 'aria-label': question });
  const answer = (value: string) => () => dialog.close(value);
  const cancel = button(text.notices.cancel, answer(''), 'button');
  dialog.append(
    element('h2', {}, question),
    element('p', {}, detail),
    element('div', { class: 'actions' }, button(yes, answer('yes'), 'button primary'), cancel),
  );
  document.body.append(dialog);
  showModal(dialog);
  cancel.focus(); // what does no harm comes first; frames of other sites may not have it by autofocus
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
