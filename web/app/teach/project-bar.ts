import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { bytes, count } from '../ui/format.ts';
import { MAX_NAME } from './project.ts';
import type { ProjectsState } from './projects.ts';

const words = teachText.project;

/** The name of the open project, whether it is kept, and the way to others. */
export class ProjectBar extends Component<{ named: string; projects: undefined; back: undefined }> {
  #name = element('input', {
    class: 'name',
    'aria-label': words.name,
    maxlength: MAX_NAME,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  #kept = element('p', { class: 'quiet', role: 'status' });
  /** The way to have a project again that was deleted in another tab. */
  #back = button(words.bringBack, () => this.emit('back'), 'button tool');
  #shown = '';

  connectedCallback(): void {
    if (this.#name.isConnected) return;
    this.append(
      this.#name,
      button(words.open, () => this.emit('projects'), 'button tool'),
      this.#kept,
      this.#back,
    );
    this.#name.addEventListener('change', () => this.emit('named', this.#name.value));
    this.#name.addEventListener('blur', () => {
      if (this.#name.value.trim() === '') this.#name.value = this.#shown;
    });
    this.#name.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') this.#name.blur();
    });
  }

  show({ open, gone, homeless, stored, bytes: size, examples }: ProjectsState): void {
    const name = open?.name ?? '';
    // What was typed may not be what it is called: another project may have that name.
    if (this.#name.value !== name && (document.activeElement !== this.#name || name !== this.#shown))
      this.#name.value = name;
    this.#shown = name;
    const kept =
      stored === 'yes'
        ? examples.length > 0
          ? words.stored(bytes(size))
          : ''
        : stored === 'full'
          ? words.full
          : words.notStored;
    const why = homeless > 0 ? words.goneWith(homeless, count(homeless)) : words.goneElsewhere;
    const line = gone ? why : kept;
    if (this.#kept.textContent !== line) this.#kept.textContent = line;
    if (!gone && this.#back.contains(document.activeElement)) this.#name.focus({ preventScroll: true });
    this.#back.hidden = !gone;
    this.toggleAttribute('data-alarm', gone || stored !== 'yes');
  }
}

customElements.define('project-bar', ProjectBar);
