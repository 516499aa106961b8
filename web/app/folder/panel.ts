import { current } from '../store/current.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { download } from '../ui/card.ts';
import { CropSettings } from '../ui/crop-settings.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import type { Taker } from '../ui/intake.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import type { Panel } from '../ui/panel.ts';
import { explain, PageError } from '../ui/problem.ts';
import { likenessTo } from './alike.ts';
import { arrange } from './arrange.ts';
import { type Entry, isSeen, nameOf, type Seen, sameLook } from './entry.ts';
import { csv, json } from './export.ts';
import { FolderFailures } from './failures.ts';
import { filesOf, type Given, walk } from './files.ts';
import { FolderGrid } from './grid.ts';
import { FolderJob } from './job.ts';
import { FolderProgress } from './progress.ts';
import { FolderSide } from './side.ts';
import { FolderTools } from './tools.ts';

const words = text.folder;

/** While pictures come in the grid is arranged anew so often at most, in ms, and never more than a tenth of the time. */
const PACE = 120;

/** A picture, and how alike the others are to it. */
interface Alike {
  to: Seen;
  likeness: ReadonlyMap<Entry, number>;
}

/** The folder panel. Its data-state is 'empty' (the invitation) or 'full' (pictures, and their answers or their coming). */
export class FolderPanel extends HTMLElement implements Panel, Taker {
  #job = new FolderJob();
  #entries: Entry[] = [];
  #failed: Entry[] = [];
  #arrived = 0;
  /** Ends the opening of folders, and the search for pictures that are alike. */
  #opening = new AbortController();
  #searching = new AbortController();
  #alike: Alike | undefined;

  #problem = element('p', { role: 'alert', class: 'problem' });
  #pickers = element('div', { class: 'pickers' });
  #progress = new FolderProgress(this.#job);
  #tools = new FolderTools();
  #settings = element('details', { class: 'settings' }, element('summary', {}, words.settings), this.#tools);
  #grid = new FolderGrid();
  #side = new FolderSide();
  #failures = new FolderFailures();
  #shown = element('p', { class: 'shown', role: 'status' });
  #nothing = element('div', { class: 'nothing', hidden: true }, element('p', {}, words.nothing));
  #likeName = element('p');
  #like = element('div', { class: 'notice', hidden: true }, this.#likeName);
  #changed = element('div', { class: 'notice', hidden: true }, element('p', {}, words.changed));
  #selected = element('p', { class: 'count' });
  #selectNone = this.#passing(words.selectNone, () => this.#grid.selectNone());
  #exports = element('span', { id: 'folder-exports' });

  connectedCallback(): void {
    if (this.#pickers.isConnected) return;
    this.#addPickers();
    this.#nothing.append(this.#passing(words.everything, () => this.#tools.clearFilters()));
    this.#like.append(this.#passing(words.alike.end, () => this.#showAlike(undefined)));
    this.#changed.append(this.#passing(words.again, () => this.#lookAgain()));
    this.append(
      element('div', { class: 'stage corners' }),
      element('div', { class: 'invitation' }, element('h2', {}, words.heading), element('p', {}, words.lead)),
      this.#problem,
      new NetworkStatus(),
      this.#pickers,
      this.#progress,
      this.#changed,
      this.#settings,
      element(
        'div',
        { class: 'work' },
        element('div', { class: 'view' }, this.#like, this.#bar(), this.#nothing, this.#grid),
        this.#side,
      ),
      this.#failures,
      element('details', { class: 'looks' }, element('summary', {}, words.looks), new CropSettings()),
    );
    this.dataset.state = 'empty';
    // A phone's screen is for the pictures, until one wants to filter.
    const roomy = matchMedia('(min-width: 44rem)');
    const open = () => {
      this.#settings.open = roomy.matches;
    };
    roomy.addEventListener('change', open);
    open();

    this.#job.addEventListener('change', () => this.#later());
    this.#progress.addEventListener('cancel', () => this.#cancel());
    this.#tools.addEventListener('change', () => {
      this.#arrange();
      this.#grid.rewind();
    });
    this.#grid.addEventListener('select', () => this.#showSelection());
    this.#grid.addEventListener('open', () => this.#openInPhoto());
    this.#side.addEventListener('alike', () => void this.#findAlike());
    this.#side.addEventListener('close', () => {
      this.#grid.selectNone();
      this.#grid.focus();
    });
    this.#side.addEventListener('photo', () => this.#openInPhoto());
    this.#side.addEventListener('label', (event) => this.#tools.filterBy((event as CustomEvent<string>).detail));
    state.subscribe(() => this.#checkLook());
    network.state.subscribe(() => this.#checkLook());
  }

  /** Adds files; a folder's, if there are folders among the entries. */
  take(files: File[], entries: FileSystemEntry[] = []): void {
    this.#problem.textContent = '';
    if (entries.length > 0) void this.#open(entries);
    else this.#add(filesOf(files));
  }

  refuse(error: PageError): void {
    const { title, detail } = explain(error);
    this.#problem.textContent = `${title}. ${detail}`;
  }

  shown(): void {
    this.#arrange();
  }

  async #open(entries: FileSystemEntry[]): Promise<void> {
    const { signal } = this.#opening;
    const before = this.#entries.length;
    await walk(entries, (found) => this.#add(found), signal);
    if (!signal.aborted && this.#entries.length === before) this.refuse(new PageError('no-picture'));
  }

  #add(found: Given[]): void {
    if (found.length === 0) {
      this.refuse(new PageError('no-picture'));
      return;
    }
    const added = found.map((given) => ({ ...given, order: this.#arrived++ }));
    this.#entries = [...this.#entries, ...added];
    this.dataset.state = 'full';
    this.#job.add(added);
    this.#arrange();
  }

  #cancel(): void {
    this.#opening.abort();
    this.#opening = new AbortController();
    this.#job.cancel();
    this.#entries = this.#entries.filter(({ found, failure }) => found || failure);
    this.#arrange();
    if (this.#entries.length === 0) this.#clear();
  }

  #clear(): void {
    this.#opening.abort();
    this.#opening = new AbortController();
    this.#job.cancel();
    this.#entries = [];
    this.#problem.textContent = '';
    this.#tools.clearFilters();
    this.#showAlike(undefined); // which also lets go of all that was shown
    this.dataset.state = 'empty';
    this.#pickers.querySelector('input')?.focus(); // the button that was pressed is gone
  }

  #lookAgain(): void {
    this.#job.cancel();
    this.#entries = this.#entries.map(({ order, path, file }) => ({ order, path, file }));
    this.#showAlike(undefined);
    this.#job.add(this.#entries);
    this.#arrange();
  }

  #pending: ReturnType<typeof setTimeout> | undefined;
  #pace = PACE;

  /** Arranges soon: hundreds of pictures a second must not mean hundreds of arrangements. */
  #later(): void {
    this.#pending ??= setTimeout(() => this.#arrange(), this.#pace);
  }

  #arrange(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    const start = performance.now();
    this.#failed = this.#entries.filter(({ failure }) => failure);
    this.#progress.update(this.#entries.length, this.#failed.length);
    if (!this.hidden && this.dataset.state === 'full') {
      const likeness = this.#alike?.likeness;
      const groups = arrange(this.#entries, { ...this.#tools.wish, ...(likeness && { likeness }) });
      this.#grid.show(groups, likeness);
      const shown = groups.reduce((n, { entries }) => n + entries.length, 0);
      const all = this.#entries.length - this.#failed.length;
      const words = shown === all ? '' : text.folder.shown(count(shown), count(all));
      if (this.#shown.textContent !== words) this.#shown.textContent = words;
      this.#nothing.hidden = shown > 0 || all === 0;
      this.#failures.show(this.#failed);
      const none = all === 0 && this.#failed.length > 0;
      if (none && !this.hasAttribute('data-none')) this.#failures.open();
      this.toggleAttribute('data-none', none);
      this.#checkLook();
      this.#showSelection();
    }
    this.#pace = Math.max(PACE, 10 * (performance.now() - start));
  }

  #showSelection(): void {
    const { selection } = this.#grid;
    const { size } = selection;
    this.#selected.textContent = size > 0 ? words.selected(count(size)) : '';
    this.#selectNone.hidden = size === 0;
    this.#exports.textContent = words.exports(size, count(size));
    this.#side.show(size === 1 ? selection.entries[0] : undefined, this.#entries);
  }

  /** A button that goes with what it acts on: the focus is in the grid then. */
  #passing(name: string, act: () => void): HTMLButtonElement {
    return tool(name, () => {
      act();
      this.#grid.focus();
    });
  }

  /** Offers to look again where the answers are of another model or another look than the page's present one. */
  #checkLook(): void {
    const first = this.#entries.find(isSeen);
    const { crop, views } = state.get();
    const { net } = network;
    const same = !first || !net || sameLook(first.found.by, { model: net.info.model, crop, views });
    this.#changed.hidden = same || this.#job.phase !== 'idle';
  }

  async #findAlike(): Promise<void> {
    const [entry] = this.#grid.selection.entries;
    if (!entry || !isSeen(entry)) return;
    this.#searching.abort();
    this.#searching = new AbortController();
    const { signal } = this.#searching;
    try {
      const likeness = await likenessTo(entry, this.#entries, signal);
      signal.throwIfAborted();
      this.#showAlike({ to: entry, likeness });
    } catch {
      // something else is wanted by now
    }
  }

  #showAlike(alike: Alike | undefined): void {
    this.#searching.abort();
    this.#alike = alike;
    this.#like.hidden = !alike;
    this.#likeName.textContent = alike ? words.alike.title(nameOf(alike.to)) : '';
    this.#arrange();
    this.#grid.rewind();
  }

  #openInPhoto(): void {
    const [entry] = this.#grid.selection.entries;
    if (!entry?.file) return;
    current.set({ blob: entry.file, name: nameOf(entry) });
    state.set({ panel: 'photo' });
  }

  #export(format: 'csv' | 'json'): void {
    const { selection } = this.#grid;
    const chosen =
      selection.size > 0 ? selection.entries : this.#entries.filter(({ found, failure }) => found || failure);
    const [content, type] = format === 'csv' ? [csv(chosen), 'text/csv'] : [json(chosen), 'application/json'];
    const top = this.#entries[0]?.path.split('/') ?? [];
    const name = top.length > 1 ? `depthwise-${top[0]}.${format}` : `depthwise.${format}`;
    download(new File([content], name, { type }));
  }

  /** What is selected, and what can be done with it. */
  #bar(): HTMLElement {
    const exports = (['csv', 'json'] as const).map((format) => {
      const button = tool(format.toUpperCase(), () => this.#export(format));
      button.id = `folder-export-${format}`;
      button.setAttribute('aria-labelledby', `folder-exports ${button.id}`);
      return button;
    });
    return element(
      'div',
      { class: 'selection-bar', role: 'group', 'aria-label': words.pictures },
      this.#shown,
      this.#selected,
      tool(words.selectAll, () => this.#grid.selectAll()),
      this.#selectNone,
      element('span', { class: 'exports' }, this.#exports, ...exports),
      element('p', { class: 'visually-hidden', id: 'folder-keys' }, words.keys),
    );
  }

  #addPickers(): void {
    const take = (files: File[]) => this.take(files);
    const folder = picker('folder-directory', words.chooseFolder, words.addFolder, 'button primary', take);
    // Phones have files, but no folders to give.
    if ('webkitdirectory' in folder.input) {
      folder.input.webkitdirectory = true;
      this.#pickers.append(folder.input, folder.label);
    }
    const files = picker('folder-files', words.chooseFiles, words.addFiles, 'button', take);
    files.input.accept = 'image/*,.heic,.heif';
    files.input.multiple = true;
    const clear = element('button', { type: 'button', class: 'button clear' }, words.clear);
    clear.addEventListener('click', () => this.#clear());
    this.#pickers.append(files.input, files.label, clear, element('p', { class: 'hint' }, words.hint));
  }
}

function tool(name: string, act: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'button tool' }, name);
  button.addEventListener('click', act);
  return button;
}

/** A file input out of sight, and the label that stands for it as a button; its words differ once there are pictures. */
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

customElements.define('folder-panel', FolderPanel);
