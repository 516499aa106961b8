import { modelKey } from '../store/model-key.ts';
import { network } from '../store/network.ts';
import { teachText } from '../text/teach.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import type { Taker } from '../ui/intake.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import { notices } from '../ui/notices.ts';
import type { Panel } from '../ui/panel.ts';
import { browserProblem, explain, isAbort, PageError, problemLine } from '../ui/problem.ts';
import { Adding } from './adding.ts';
import { TeachCamera } from './camera.ts';
import { ClassList, cardAt } from './class-list.ts';
import { TeachExport } from './export.ts';
import { isArchive } from './folders.ts';
import { Intake } from './intake.ts';
import { numbersFile } from './numbers.ts';
import type { Move } from './photo-tools.ts';
import { PhotosDialog } from './photos-dialog.ts';
import { TeachPreview } from './preview.ts';
import type { Project } from './project.ts';
import { ProjectBar } from './project-bar.ts';
import { ProjectFiles } from './project-files.ts';
import type { ProjectsState, Undo } from './projects.ts';
import { ProjectsDialog } from './projects-dialog.ts';
import { Recording } from './recording.ts';
import { TeachReport } from './report.ts';
import { TeachSession } from './session.ts';

const words = teachText;

const session = new TeachSession();

/** The panel in which a person teaches the model classes of their own: from the camera and from photos, and takes the result away. */
export class TeachPanel extends HTMLElement implements Panel, Taker {
  /** More than one photo is for it, too. */
  readonly takesMany = true;
  #projects = session.projects;
  #said = element('p', { class: 'visually-hidden', role: 'status' });
  #problem = element('p', { class: 'problem', role: 'alert' });
  #photo = (id: string) => this.#projects.image(id);

  #camera = new TeachCamera({
    recording: () => this.#recording.to,
    wanted: () => this.#preview.wantsFrames,
    seen: (answer, net, to) => {
      if (to !== undefined) void this.#recording.seen(answer, net, to);
      this.#preview.seen(answer, performance.now());
    },
    frame: (video) => this.#recording.frame(video),
  });
  #recording = new Recording(
    this.#camera,
    (examples) => void this.#do(() => this.#projects.add(examples)),
    (line) => this.#say(line),
  );
  #classes = new ClassList(this.#photo, {
    record: (card, on) => this.#recording.hold(card, on),
    files: (id, files) => void this.#intake.toClass(id, files),
    name: (id, name) => void this.#do(() => this.#projects.renameClass(id, name)),
    remove: (id) => void this.#removeClass(id),
    removePhotos: (ids) => void this.#removePhotos(ids),
    movePhotos: (move) => void this.#movePhotos(move),
    add: (counter) => void this.#addClass(counter),
  });
  #intake = new Intake(session);
  #files = new ProjectFiles(session);
  #preview = new TeachPreview(this.#camera);
  #report = new TeachReport(session.learner.state, this.#photo);
  #export = new TeachExport(session, (format) => this.#numbers(format));
  #bar = new ProjectBar();
  #dialog = new ProjectsDialog();
  #photos = new PhotosDialog(this.#photo);
  /** The card that something was just dropped on, or the preview. */
  #target: EventTarget | null = null;
  #begun: Promise<void> | undefined;

  connectedCallback(): void {
    if (this.#bar.isConnected) return;
    this.append(
      element(
        'div',
        { class: 'top' },
        element('div', { class: 'intro' }, element('h2', {}, words.heading), element('p', {}, words.lead)),
        this.#bar,
      ),
      this.#problem,
      element(
        'div',
        { class: 'work' },
        this.#classes,
        element('div', { class: 'outcome' }, this.#preview, new NetworkStatus(), this.#export),
        this.#report,
      ),
      new Adding(session.embedder),
      this.#dialog,
      this.#photos,
      this.#said,
    );
    this.#classes.append(this.#intake.folderPicker());
    this.#listen();
    this.#checkBrowser();
  }

  #listen(): void {
    this.#projects.state.subscribe(() => this.#updateSoon());
    session.learner.state.subscribe(() => this.#learned());
    network.state.subscribe(() => this.#checkBrowser());
    // The window's own listener takes what is dropped: by then it is known where.
    this.addEventListener('drop', ({ target }) => {
      this.#target = target;
    });
    this.#bar.on('projects', () => this.#dialog.open());
    this.#bar.on('back', () => void this.#do(() => this.#projects.bringBack()));
    this.#bar.on('named', (name) => void this.#rename(name));
    this.#dialog.on('add', () => void this.#newProject());
    this.#dialog.on('save', () => void this.#do(() => this.#files.save()));
    this.#dialog.on('file', (file) => void this.#openFile(file));
    this.#dialog.on('open', (id) => void this.#openProject(() => this.#projects.open(id)));
    this.#dialog.on('duplicate', ({ id, name }) => {
      void this.#openProject(() => this.#projects.duplicate(id, words.project.copy(name)));
    });
    this.#dialog.on('removal', ({ id, name }) => void this.#deleteProject(id, name));
    this.#report.classOf = (label) => {
      const classes = this.#projects.state.get().open?.classes ?? [];
      return classes.find(({ counter, name }) => (label === null ? counter : !counter && name === label))?.id;
    };
    this.#report.on('behind', (behind) => this.#photos.open(behind, this.#projects.state.get().open?.classes ?? []));
    this.#report.on('move', (move) => void this.#movePhotos(move));
    this.#report.on('removal', (ids) => void this.#removePhotos(ids));
    this.#report.on('curve', () => session.learner.wantCurve());
    this.#photos.on('move', (move) => void this.#movePhotos(move));
    this.#photos.on('removal', (ids) => void this.#removePhotos(ids));
  }

  shown(): void {
    // Anew where everything was removed meanwhile.
    if (!this.#projects.state.get().ready)
      this.#begun ??= this.#projects.begin(words.project.unnamed, newNames()).finally(() => {
        this.#begun = undefined;
      });
    void Promise.resolve(this.#begun).then(() => {
      if (this.hidden) return;
      session.start();
      this.#preview.show();
      this.#update();
    });
  }

  left(): void {
    this.#recording.end();
    this.#camera.stop();
    this.#preview.leave();
    session.stop();
  }

  disconnectedCallback(): void {
    this.left();
  }

  /** Adds photos: to the class on whose card they were dropped or which was used last, or a class for each folder; opens a project's file. */
  take(files: File[], entries: FileSystemEntry[] = []): void {
    this.#problem.textContent = '';
    const target = this.#target;
    this.#target = null;
    const [first] = files;
    if (files.length === 1 && first && isArchive(first)) return void this.#openFile(first);
    if (entries.some(({ isDirectory }) => isDirectory)) return void this.#addFolders(entries);
    if (first && target instanceof Element && target.closest('teach-preview')) return void this.#preview.test(first);
    const card = cardAt(target) ?? this.#classes.used;
    if (card) void this.#intake.toClass(card.classId, files);
  }

  refuse(error: PageError): void {
    notices.add(problemLine(explain(error)));
  }

  async #addFolders(entries: FileSystemEntry[]): Promise<void> {
    if (!(await this.#intake.fromEntries(entries))) this.refuse(new PageError('no-image'));
  }

  #pending = 0;

  /** Updates with the next frame: a camera adds photos many times a second. */
  #updateSoon(): void {
    this.#pending ||= requestAnimationFrame(() => this.#update());
  }

  #update(): void {
    cancelAnimationFrame(this.#pending);
    this.#pending = 0;
    const state = this.#projects.state.get();
    const { open, examples, stored, gone } = state;
    this.#tellHomeless(state);
    this.#bar.show(state);
    this.#dialog.show(state);
    this.#classes.show(open?.classes ?? [], examples);
    const known = new Set(examples.map(({ id }) => id));
    this.#photos.drop((id) => !known.has(id));
    this.dataset.state = examples.length > 0 ? 'full' : 'empty';
    if (examples.length > 0 && (stored !== 'yes' || gone)) addEventListener('beforeunload', warn);
    else removeEventListener('beforeunload', warn);
  }

  #homeless = 0;
  #closeHomeless = () => {};

  /** Says that photos came for a project that another tab has deleted: the line at the top may be out of sight. */
  #tellHomeless({ homeless }: ProjectsState): void {
    if (homeless === this.#homeless) return;
    this.#homeless = homeless;
    this.#closeHomeless();
    if (homeless === 0) return;
    const act = () => void this.#do(() => this.#projects.bringBack());
    const action = { name: words.project.bringBack, act };
    this.#closeHomeless = notices.add(words.project.goneWith(homeless, count(homeless)), { action, stays: true });
  }

  #learned(): void {
    const { head, phase, error } = session.learner.state.get();
    this.#preview.head = head;
    this.#preview.busy = phase === 'learning' || phase === 'checking';
    const failed = phase === 'failed' && !isAbort(error); // where the model is replaced, it learns again
    this.#problem.textContent = failed ? problemLine(explain(error)) : '';
  }

  async #addClass(counter: boolean): Promise<void> {
    const classes = this.#projects.state.get().open?.classes ?? [];
    const name = counter ? words.classes.counter : words.classes.numbered(count(classes.length + 1));
    await this.#do(async () => {
      const { id } = await this.#projects.addClass(name, counter);
      this.#update();
      const card = this.#classes.card(id);
      if (counter) card?.focusHold();
      else card?.focusName();
      card?.scrollIntoView({ block: 'nearest' });
    });
  }

  async #removeClass(id: string): Promise<void> {
    const { open, examples } = this.#projects.state.get();
    const removed = open?.classes.find((one) => one.id === id);
    if (!removed) return;
    const empty = !examples.some((example) => example.class === id);
    await this.#undoable(
      () => this.#projects.removeClass(id),
      words.classes.removed(removed.counter ? words.classes.counter : removed.name),
      empty,
    );
  }

  async #removePhotos(ids: string[]): Promise<void> {
    await this.#undoable(() => this.#projects.remove(ids), words.strip.removed(ids.length, count(ids.length)));
  }

  async #movePhotos({ ids, to }: Move): Promise<void> {
    const moved = this.#projects.state.get().open?.classes.find(({ id }) => id === to);
    if (!moved) return;
    const name = moved.counter ? words.classes.counter : moved.name;
    await this.#undoable(() => this.#projects.move(ids, to), words.strip.moved(ids.length, count(ids.length), name));
    this.#photos.drop((id) => ids.includes(id));
  }

  async #rename(name: string): Promise<void> {
    const { open } = this.#projects.state.get();
    if (open) await this.#do(() => this.#projects.rename(open.id, name));
  }

  async #newProject(): Promise<void> {
    await this.#openProject(() => this.#projects.create(words.project.unnamed, newNames()));
  }

  async #openFile(file: File): Promise<void> {
    await this.#openProject(() => this.#files.open(file));
  }

  async #deleteProject(id: string, name: string): Promise<void> {
    await this.#undoable(async () => {
      const removed = await this.#projects.delete(id);
      if (this.#projects.state.get().open) return removed;
      const instead = await this.#projects.create(words.project.unnamed, newNames());
      return { ...removed, undo: () => this.#backInsteadOf(removed, instead) };
    }, words.project.removed(name));
  }

  /** A deleted project is there again, and the new one that took its place goes, if nothing was done with it. */
  async #backInsteadOf(removed: Undo, instead: Project): Promise<void> {
    const { open, examples } = this.#projects.state.get();
    const unused = open?.id === instead.id && open.changed === instead.changed && examples.length === 0;
    await removed.undo();
    if (unused) (await this.#projects.delete(instead.id)).forget();
  }

  /** Another project takes the place of the open one. */
  async #openProject(open: () => Promise<unknown>): Promise<void> {
    this.#recording.end();
    this.#dialog.close();
    await this.#do(open);
  }

  async #numbers(format: 'csv' | 'json'): Promise<File | undefined> {
    const { open, examples } = this.#projects.state.get();
    const { net } = network;
    if (!open || !net) return undefined;
    const model = await modelKey(net);
    return numbersFile(open, examples, (id) => session.embedder.vectors(id, model) ?? [], format);
  }

  /** Does what a message then offers to undo. */
  async #undoable(act: () => Promise<Undo>, message: string, passing = false): Promise<void> {
    await this.#do(async () => {
      const undo = await act();
      if (passing) return undo.forget();
      const action = { name: text.notices.undo, act: () => void this.#do(() => undo.undo()) };
      notices.add(message, { action, id: undo, gone: () => undo.forget() });
    });
  }

  async #do(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      notices.add(this.#files.explain(error) ?? problemLine(explain(error)));
    }
  }

  #say(line: string): void {
    this.#said.textContent = line;
  }

  /** Tells when this browser cannot run a model at all. */
  #checkBrowser(): void {
    this.toggleAttribute('data-unusable', browserProblem() !== undefined);
  }
}

/** The classes of a new project. */
const newNames = (): string[] => [1, 2].map((number) => words.classes.numbered(count(number)));

const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

customElements.define('teach-panel', TeachPanel);
