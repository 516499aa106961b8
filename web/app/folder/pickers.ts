import { text } from '../text/text.ts';
import { button, filePicker, imageTypes } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';

const words = text.folder;

/** The buttons that choose a folder or files, or add more of them, and the one that clears all. */
export function pickers(take: (files: File[]) => void, clear: () => void): HTMLElement {
  const box = element('div', { class: 'pickers' });
  const folder = filePicker(
    { id: 'folder-directory', kind: 'button primary', webkitdirectory: true, take },
    ...names(words.chooseFolder, words.addFolder),
  );
  // Phones have files, but no folders to give.
  if ('webkitdirectory' in folder.input) box.append(folder.input, folder.label);
  const files = filePicker(
    { id: 'folder-files', kind: 'button', accept: imageTypes, multiple: true, take },
    ...names(words.chooseFiles, words.addFiles),
  );
  box.append(
    files.input,
    files.label,
    button(words.clear, clear, 'button clear'),
    element('p', { class: 'hint' }, words.hint),
  );
  return box;
}

/** The names of a picker, before and after there are photos. */
const names = (first: string, more: string) => [
  element('span', { class: 'first' }, first),
  element('span', { class: 'again' }, more),
];
