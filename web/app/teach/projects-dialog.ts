import { teachText } from '../text/teach.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { button, filePicker } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { showModal } from '../ui/notices.ts';
import type { Project } from './project.ts';
import type { ProjectsState } from './projects.ts';

const words = teachText.project;

interface Asked {
  add: undefined;
  save: undefined;
  file: File;
  open: string;
  duplicate: Project;
  removal: Project;
}

/** All projects, and what can be done with each, in a dialog. */
export class ProjectsDialog extends Component<Asked> {
  #list = element('ul');
  #save = button(words.save, () => this.emit('save'));
  #dialog = element('dialog', { class: 'projects-dialog', 'aria-label': words.heading });
  #shown = '';

  connectedCallback(): void {
    if (this.#dialog.isConnected) return;
    const { close } = text.notices;
    const file = filePicker(
      {
        id: 'teach-project-file',
        kind: 'button',
        accept: '.zip,application/zip',
        take: ([file]) => file && this.emit('file', file),
      },
      words.openFile,
    );
    this.#dialog.append(
      button('×', () => this.close(), 'close', { 'aria-label': close, title: close }),
      element('h2', {}, words.heading),
      this.#list,
      element(
        'div',
        { class: 'actions' },
        button(words.add, () => this.emit('add'), 'button primary'),
        file.input,
        file.label,
        this.#save,
      ),
      element('p', { class: 'quiet' }, words.hint),
    );
    this.append(this.#dialog);
  }

  open(): void {
    if (!this.#dialog.open) showModal(this.#dialog);
  }

  close(): void {
    this.#dialog.close();
  }

  show({ all, open, examples }: ProjectsState): void {
    this.#save.disabled = examples.length === 0;
    const shown = JSON.stringify([open?.id, all.map(({ id, name }) => [id, name])]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = document.activeElement;
    const lost = focused instanceof HTMLElement && this.#list.contains(focused);
    this.#list.replaceChildren(...all.map((project) => this.#item(project, project.id === open?.id)));
    if (lost) this.#list.querySelector('button')?.focus();
  }

  #item(project: Project, current: boolean): HTMLElement {
    const { id, name } = project;
    const tool = (title: string, label: string, act: () => void) =>
      button(title, act, 'plain', { 'aria-label': `${title}: ${name}`, title: label });
    return element(
      'li',
      { 'data-current': current },
      current
        ? element('p', {}, element('strong', {}, name), ' ', element('small', {}, words.current))
        : button(name, () => this.emit('open', id), 'plain name', { 'aria-label': words.use(name) }),
      element(
        'div',
        { class: 'tools' },
        tool(words.duplicate, words.duplicateOf(name), () => this.emit('duplicate', project)),
        tool(words.remove, words.removeOf(name), () => this.emit('removal', project)),
      ),
    );
  }
}

customElements.define('projects-dialog', ProjectsDialog);
