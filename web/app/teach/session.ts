import type { Head, MobileNet } from '../../mobilenet/mobilenet.js';
import { isTaught, useListed } from '../store/choice.ts';
import { modelKey } from '../store/model-key.ts';
import { type Choice, network } from '../store/network.ts';
import { taught } from '../store/own.ts';
import { keepTaught, useTaught } from '../store/taught.ts';
import { isAbort } from '../ui/problem.ts';
import { Embedder } from './embeddings.ts';
import { Learner } from './learner.ts';
import { inOrder, type Project } from './project.ts';
import { projects } from './shared.ts';

/** With more photos than these still to be looked at, a head that is there is not learned again before they are done. */
const MANY = 16;

/**
 * All that the panel works with, tied together: what changes in the open project is looked at and learned by the page's network, while
 * the panel is shown.
 */
export class TeachSession {
  readonly projects = projects;
  readonly embedder = new Embedder(projects, async (signal) => {
    const net = await network.loaded(signal);
    return { model: await modelKey(net), classify: (source, options) => net.classify(source, options) };
  });
  readonly learner = new Learner(async (lessons, options) => {
    const net = await network.loaded(options.signal);
    return net.teach(lessons, options);
  });
  #ends: (() => void)[] = [];
  /** The key of the model that looks. */
  #model: string | undefined;
  /** The project that is learned, and the examples that were looked at last. */
  #project: string | undefined;
  #examples: unknown;
  /** What the learner was given, as text. */
  #given = '';
  /** A project that went with the model in use, which was taught in it, and the choice that took the model's place. */
  #gone: { project: string; choice: Choice } | undefined;
  #saved: { head: unknown; name: string; file: Promise<File | undefined> } | undefined;

  constructor() {
    projects.state.subscribe(() => this.#follow());
  }

  /** The panel is shown: learns what there is, with the network that the page uses. */
  start(): void {
    this.#end();
    this.#ends = [
      projects.state.subscribe(() => this.#update()),
      this.embedder.state.subscribe(() => this.#learn()),
      network.state.subscribe(() => void this.#look()),
    ];
    this.#update(); // at once: photos that are added while the model loads are of this project
    void this.#look();
  }

  /** The panel is left: what has been learned is written as a model of the page. Photos that wait are still added. */
  stop(): void {
    this.#end();
    this.#examples = undefined;
    this.#saveQuietly();
    // A head that is on its way knows more.
    this.#ends = [
      this.learner.state.subscribe(({ phase }, before) => {
        if (phase === 'done' && before.phase !== phase) this.#saveQuietly();
      }),
    ];
  }

  /** Writes the model that was taught, keeps it with its project, and resolves to the file; undefined while there is no head. */
  async save(): Promise<File | undefined> {
    const { head } = this.learner.state.get();
    const { open, gone } = projects.state.get();
    const base = this.#model;
    if (!head || !open || gone || base === undefined || open.id !== this.#project) return undefined;
    const { name } = open;
    if (this.#saved?.head !== head || this.#saved.name !== name) {
      const saved = { head, name, file: this.#write(head, open, base) };
      this.#saved = saved;
      const drop = () => {
        if (this.#saved === saved) this.#saved = undefined;
      };
      saved.file.then((file) => file ?? drop(), drop);
    }
    return this.#saved.file;
  }

  /** `save`, and the page uses it: resolves to whether it does. Rejects where it does not load. */
  async use(): Promise<boolean> {
    const project = this.#project;
    if (!(await this.save()) || project === undefined) return false;
    await useTaught(project);
    return true;
  }

  /** Writes it with the network that is in use now, which stays open for that. */
  async #write(head: Head, project: Project, base: string): Promise<File | undefined> {
    const net = network.net ?? (await network.loaded());
    return network.keep(net, this.#writeWith(net, head, project, base));
  }

  async #writeWith(net: MobileNet, head: Head, { id, name }: Project, base: string): Promise<File | undefined> {
    if ((await modelKey(net)) !== base) return undefined; // another model has come: the head is none of its
    const file = await net.save(head, { name });
    await keepTaught(id, base, file, head.labels.length);
    return new File([file], name, { type: file.type });
  }

  #saveQuietly(): void {
    this.save().catch((error) => isAbort(error) || reportError(error)); // its model may be replaced while it is written
  }

  #end(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  /** Looks and learns with the network that is in use now. */
  async #look(): Promise<void> {
    const { net } = network;
    const model = net && (await modelKey(net));
    if (model === undefined || network.net !== net) return;
    if (model !== this.#model) this.#forget();
    this.#model = model;
    this.learner.retry(); // the former network may have been closed meanwhile
    this.#update();
  }

  /** A model goes with its project, and comes back with it, unless another one was chosen meanwhile. */
  #follow(): void {
    const { all, ready } = projects.state.get();
    if (!ready) return;
    const isThere = (project: string) => all.some(({ id }) => id === project);
    const { project } = taught.get() ?? {};
    if (project !== undefined && isTaught() && !isThere(project)) {
      void useListed('').catch(() => {});
      this.#gone = { project, choice: network.choice };
    } else if (this.#gone && network.choice !== this.#gone.choice) {
      this.#gone = undefined;
    } else if (this.#gone && isThere(this.#gone.project)) {
      void useTaught(this.#gone.project).catch(() => {});
      this.#gone = undefined;
    }
  }

  #update(): void {
    const { open, examples } = projects.state.get();
    if (open?.id !== this.#project) {
      this.#project = open?.id;
      this.embedder.reset();
      this.#forget();
    }
    if (this.#model !== undefined && examples !== this.#examples) {
      this.#examples = examples;
      void this.embedder.complete(examples, this.#model).then(() => this.#learn());
    }
    this.#learn();
  }

  #forget(): void {
    this.#given = '';
    this.#examples = undefined;
    this.learner.reset();
  }

  /** Has the learner learn what is known, if that has changed. */
  #learn(): void {
    const { open, examples } = projects.state.get();
    const model = this.#model;
    if (!open || model === undefined || open.id !== this.#project) return;
    if (this.embedder.state.get().left > MANY && this.learner.state.get().head) return;
    const labels = new Map(open.classes.map(({ id, name, counter }) => [id, counter ? null : name]));
    const known = inOrder(open, examples).flatMap(({ id, class: in_ }) => {
      const embeddings = this.embedder.vectors(id, model);
      return embeddings ? [{ id, label: labels.get(in_) ?? null, embeddings }] : [];
    });
    const given = JSON.stringify(known.map(({ id, label }) => [id, label]));
    if (given === this.#given) return;
    this.#given = given;
    this.learner.learn({ examples: known });
  }
}
