import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';

const words = text.folder;

/** The buttons that choose a folder or files, or add more of them, and the one that clears all. */
export function pickers(take: (files: File[]) => void, clear: () => void): HTMLElement {
  const box = element('div', { class: 'pickers' });
  const folder = picker('folder-directory', words.chooseFolder, words.addFolder, 'button primary', take);
  // Phones have files, but no folders to give.
  if ('webkitdirectory' in folder.input) {
    folder.input.webkitdirectory = true;
    box.append(folder.input, folder.label);
  }
  const files = picker('folder-files', words.chooseFiles, words.addFiles, 'button', take);
  files.input.accept = 'image/*,.heic,.heif';
  files.input.multiple = true;
  const button = element('button', { type: 'button', class: 'button clear' }, words.clear);
  button.addEventListener('click', clear);
  box.append(files.input, files.label, button, element('p', { class: 'hint' }, words.hint));
  return box;
}

/** A visually hidden file input, and its label, which looks like a button and reads otherwise once there are photos. */
function picker(id: string, first: string, more: string, look: string, take: (files: File[]) => void) {
  const input = element('input', { type: 'file', id, class: 'visually-hidden' });
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    input.value = ''; // choosing the same again must be a change
  });
  input.addEventListener('keydown', (event) => {
    // It looks like a button, so Enter does what Space does, in every browser and once.
    if (event.key !== 'Enter') return;
    event.preventDefault();
    input.click();
  });
  const label = element(
    'label',
    { for: id, class: look },
    element('span', { class: 'first' }, first),
    element('span', { class: 'again' }, more),
  );
  return { input, label };
}
