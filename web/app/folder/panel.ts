import { current } from '../store/current.ts';
import { folderPhotos } from '../store/folder-photos.ts';
import { imagenet } from '../store/imagenet.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { download } from '../ui/card.ts';
import { button } from '../ui/controls.ts';
import { CropSettings } from '../ui/crop-settings.ts';
import { element } from '../ui/dom.ts';
import { filesOf, type Given } from '../ui/files.ts';
import { count } from '../ui/format.ts';
import type { Taker } from '../ui/intake.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import { notices } from '../ui/notices.ts';
import type { Panel } from '../ui/panel.ts';
import { isUnsure, unsureLegend } from '../ui/prediction-list.ts';
import { explain, PageError, problemLine } from '../ui/problem.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { FolderCommon } from './common.ts';
import { Comparison } from './comparison.ts';
import { type Entry, isClassified, meaningOf, nameOf, sameSettings } from './entry.ts';
import { exportFile, type Format } from './export.ts';
import { FolderFailures } from './failures.ts';
import { FolderGrid } from './grid.ts';
import { FolderJob } from './job.ts';
import { pickers } from './pickers.ts';
import { FolderProgress } from './progress.ts';
import { SelectionBar } from './selection-bar.ts';
import { FolderSide } from './side.ts';
import { FolderTools } from './tools.ts';
import { Walks } from './walks.ts';

const words = text.folder;

/** Shortest time between updates while results come in, in ms; updates never take more than a tenth of the time. */
const PACE = 120;

/** Where filters and order have room beside the photos, and those can be scrolled by themselves; as in panel.css and grid.css. */
const roomy = matchMedia('(min-width: 44rem) and (min-height: 30rem)');

/** The folder panel. Its data-state is 'empty' (the invitation) or 'full' (photos, with results or waiting for them). */
export class FolderPanel extends HTMLElement implements Panel, Taker {
  #job = new FolderJob();
  #entries: Entry[] = [];
  #failed: Entry[] = [];
  #arrived = 0;
  #walks = new Walks((found) => this.#add(found));
  /** The photos get the focus when they are shown. */
  #returning = false;
  /** Whether there was a result when the meanings of labels were asked for. */
  #looked = false;

  #problem = element('p', { role: 'alert', class: 'problem' });
  #pickers = pickers(
    (files) => this.take(files),
    () => this.#startOver(),
  );
  #progress = new FolderProgress(this.#job);
  #tools = new FolderTools();
  #settings = element('details', { class: 'settings' }, element('summary', {}, words.settings), this.#tools);
  #grid = new FolderGrid();
  #side = new FolderSide();
  #common = new FolderCommon();
  #failures = new FolderFailures();
  #looks = element('details', { class: 'looks' }, element('summary', {}, words.looks), new CropSettings());
  /** What the grid shows, in its order. */
  #shown: Entry[] = [];
  #nothing = element('div', { class: 'nothing', hidden: true }, element('p', {}, words.nothing));
  #comparison = new Comparison(
    this.#passing('', () => this.#comparison.stop()),
    () => this.#compared(),
  );
  #changed = element('div', { class: 'notice', hidden: true }, element('p', {}, words.changed));
  #legend = unsureLegend();
  #bar = new SelectionBar({
    showAll: () => {
      this.#tools.clearFilters();
      this.#grid.focus(); // the button is gone
    },
    selectAll: () => this.#grid.selectAll(),
    selectNone: () => this.#selectNone(),
    export: (format) => this.#export(format),
  });

  connectedCallback(): void {
    if (this.#pickers.isConnected) return;
    folderPhotos.list = () => this.#entries.flatMap(({ file }) => file ?? []);
    this.#nothing.append(this.#passing(words.everything, () => this.#tools.clearFilters()));
    this.#changed.append(this.#passing(words.again, () => this.#rerun()));
    this.append(
      element('div', { class: 'stage corners' }),
      element('div', { class: 'invitation' }, element('h2', {}, words.heading), element('p', {}, words.lead)),
      this.#problem,
      new NetworkStatus(),
      this.#pickers,
      this.#progress,
      this.#failures,
      this.#changed,
      this.#settings,
      element(
        'div',
        { class: 'work' },
        element(
          'div',
          { class: 'view' },
          this.#comparison.element,
          this.#bar.element,
          this.#nothing,
          this.#grid,
          this.#legend,
        ),
        this.#side,
      ),
      this.#looks,
    );
    this.dataset.state = 'empty';
    roomy.addEventListener('change', () => this.#place());
    this.#place();

    this.#job.subscribe(() => this.#arrangeSoon());
    this.#progress.on('cancel', () => this.#cancel());
    this.#tools.on('arrange', () => {
      this.#needClasses();
      if (this.#comparison.likeness && this.#tools.arrangement.sort !== 'similarity') return this.#comparison.stop();
      this.#arrange();
      this.#grid.rewind();
    });
    this.#grid.on('select', () => {
      this.#needClasses();
      this.#showSelection();
    });
    this.#grid.on('open', () => this.#openInPhoto());
    this.#side.on('alike', () => void this.#compare());
    this.#side.on('close', () => this.#selectNone());
    this.#side.on('photo', () => this.#openInPhoto());
    this.#common.on('only', (name) => this.#tools.filterBy(name));
    state.subscribe(() => this.#checkSettings());
    network.state.subscribe(() => this.#checkSettings());
    imagenet.subscribe(() => this.#arrange());
  }

  /** On a phone the photos get the space until the settings are opened, and all else is above them: they are as long as the page is. */
  #place(): void {
    this.#settings.open = roomy.matches;
    if (roomy.matches) {
      this.#side.hold(this.#common);
      this.append(this.#looks);
    } else {
      this.#side.hold();
      this.#settings.append(this.#common);
      this.#settings.after(this.#looks);
    }
    this.#common.show(this.#shown);
  }

  /** Adds files; a folder's, if there are folders among the entries. */
  take(files: File[], entries: FileSystemEntry[] = []): void {
    this.#problem.textContent = '';
    if (entries.length > 0) void this.#open(entries);
    else this.#add(filesOf(files));
  }

  refuse(error: PageError): void {
    this.#problem.textContent = problemLine(explain(error));
  }

  shown(): void {
    this.#arrange();
    if (this.#returning) this.#grid.focus();
    this.#returning = false;
  }

  async #open(entries: FileSystemEntry[]): Promise<void> {
    if (!(await this.#walks.open(entries))) this.refuse(new PageError('no-image'));
  }

  #add(found: Given[]): void {
    if (found.length === 0) {
      this.refuse(new PageError('no-image'));
      return;
    }
    const added = found.map((given) => ({ ...given, order: this.#arrived++ }));
    this.#entries = [...this.#entries, ...added];
    this.dataset.state = 'full';
    this.#job.add(added);
    this.#arrange();
  }

  #cancel(): void {
    this.#walks.end();
    this.#job.cancel();
    this.#entries = this.#entries.filter(({ result, failure }) => result || failure);
    this.#arrange();
    if (this.#entries.length === 0) this.#clear();
  }

  /** Removes all, which can be undone. */
  #startOver(): void {
    const entries = this.#entries;
    const walks = this.#walks.setAside();
    this.#comparison.stop();
    const { arrangement } = this.#tools;
    this.#clear();
    const { length } = entries;
    const act = () => {
      this.#restore(entries, arrangement);
      walks.resume();
    };
    notices.add(words.cleared(length, count(length)), {
      action: { name: text.notices.undo, act },
      id: entries, // each removal has its own way back
      gone: () => walks.end(),
    });
  }

  /** Brings back what was removed, before what has come since, and shows it as it was. */
  #restore(entries: Entry[], arrangement: Arrangement): void {
    this.#comparison.stop();
    this.#entries = [...entries, ...this.#entries];
    this.dataset.state = 'full';
    this.#job.add(entries.filter(({ result, failure }) => !result && !failure));
    this.#tools.arrangement = arrangement;
    this.#returning = Boolean(this.hidden);
    state.set({ panel: 'folder' });
    this.#grid.focus();
  }

  #clear(): void {
    this.#walks.end();
    this.#job.cancel();
    this.#entries = [];
    this.#looked = false;
    this.#problem.textContent = '';
    this.#tools.clearFilters();
    this.#comparison.stop(); // also clears all that was shown
    this.dataset.state = 'empty';
    this.#pickers.querySelector('input')?.focus(); // the button that was pressed is gone
  }

  #rerun(): void {
    this.#job.cancel();
    this.#entries = this.#entries.map(({ order, path, file }) => ({ order, path, file }));
    this.#looked = false;
    this.#comparison.stop();
    this.#job.add(this.#entries);
    this.#arrange();
  }

  /** Has the browser ask before the page is left, while there are results, which are kept nowhere else. */
  #warnBeforeLeaving(): void {
    if (this.#entries.some(isClassified)) addEventListener('beforeunload', warn);
    else removeEventListener('beforeunload', warn);
  }

  #pending: ReturnType<typeof setTimeout> | undefined;
  #pace = PACE;

  /** Updates soon: hundreds of results a second must not mean hundreds of updates. */
  #arrangeSoon(): void {
    this.#pending ??= setTimeout(() => this.#arrange(), this.#pace);
  }

  #arrange(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    const start = performance.now();
    this.#warnBeforeLeaving();
    this.#failed = this.#entries.filter(({ failure }) => failure);
    this.#progress.update(this.#entries.length, this.#failed.length);
    if (!this.hidden && this.dataset.state === 'full') {
      const { arrangement } = this.#tools;
      const { likeness } = this.#comparison;
      const groups = arrange(this.#entries, arrangement, likeness);
      this.#grid.show(groups, likeness);
      if (!this.#looked) this.#needClasses();
      this.#tools.offerGroups(this.#entries.some(meaningOf));
      this.#shown = groups.flatMap(({ entries }) => entries);
      const shown = this.#shown.length;
      const all = this.#entries.length - this.#failed.length;
      this.#bar.showCount(shown, all, this.#tools.filtering);
      this.#comparison.tell(arrangement.descending, all);
      this.#nothing.hidden = shown > 0 || all === 0;
      this.#legend.hidden = !this.#shown.some(({ result }) => result && isUnsure(result));
      this.#failures.show(this.#failed);
      const none = all === 0 && this.#failed.length > 0;
      if (none && !this.hasAttribute('data-none')) this.#failures.open();
      this.toggleAttribute('data-none', none);
      this.#checkSettings();
      this.#showSelection();
    }
    this.#pace = Math.max(PACE, 10 * (performance.now() - start));
  }

  /** Asks for what the labels mean: at the first result, and again, if that failed, whenever it matters. */
  #needClasses(): void {
    const known = this.#entries.find(({ result }) => result && imagenet.fits(result.outputs));
    this.#looked = this.#entries.some(isClassified);
    if (known?.result) imagenet.need(known.result.outputs);
  }

  #showSelection(): void {
    const { selection } = this.#grid;
    const { size } = selection;
    this.#bar.showSelected(size);
    this.#side.show(size === 1 ? selection.items[0] : undefined);
    if (this.#common.isConnected) this.#common.show(this.#shown);
  }

  /** The button that did this is hidden then: the grid gets the focus. */
  #selectNone(): void {
    this.#grid.selectNone();
    this.#grid.focus();
  }

  /** A button that is hidden once it has done its work: the grid gets the focus then. */
  #passing(name: string, act: () => void): HTMLButtonElement {
    const passing = () => {
      act();
      this.#grid.focus();
    };
    return button(name, passing, 'button tool');
  }

  /** Offers to run again where the results are from another model or other settings than the page's current ones. */
  #checkSettings(): void {
    const first = this.#entries.find(isClassified);
    const { crop, views } = state.get();
    const { net } = network;
    const same = !first || !net || sameSettings(first.result.by, { model: net.info.model, crop, views });
    this.#changed.hidden = same || this.#job.phase !== 'idle';
  }

  async #compare(): Promise<void> {
    const [entry] = this.#grid.selection.items;
    if (entry && isClassified(entry)) await this.#comparison.with(entry, this.#entries);
  }

  /** A comparison has begun or ended. */
  #compared(): void {
    this.#tools.compare(this.#comparison.likeness !== undefined);
    this.#arrange();
    this.#grid.rewind();
  }

  #openInPhoto(): void {
    const [entry] = this.#grid.selection.items;
    if (!entry?.file) return;
    current.set({ blob: entry.file, name: nameOf(entry) });
    state.set({ panel: 'photo', photo: true });
  }

  /** Saves the results of what is selected, or else of what is shown; of all, with the reasons for which there is none. */
  #export(format: Format): void {
    const { selection } = this.#grid;
    const all = this.#shown.length === this.#entries.length - this.#failed.length;
    const entries = all ? this.#entries : this.#shown;
    const chosen = selection.size > 0 ? selection.items : entries.filter(({ result, failure }) => result || failure);
    const [folder, ...inside] = this.#entries[0]?.path.split('/') ?? [];
    download(exportFile(chosen, format, inside.length > 0 ? folder : ''));
  }
}

const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

customElements.define('folder-panel', FolderPanel);
