import type { Features, MobileNet } from '../../mobilenet/mobilenet.js';
import { current, type Photo } from '../store/current.ts';
import { network } from '../store/network.ts';
import { type State, state } from '../store/state.ts';
import { text } from '../text/text.ts';
import type { Card } from '../ui/card.ts';
import { CropSettings } from '../ui/crop-settings.ts';
import { element } from '../ui/dom.ts';
import { shortName } from '../ui/format.ts';
import type { Taker } from '../ui/intake.ts';
import { LabelOffer } from '../ui/label-offer.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import { notices } from '../ui/notices.ts';
import type { Panel } from '../ui/panel.ts';
import { isUnsure, PredictionList } from '../ui/prediction-list.ts';
import { browserProblem, explain, explainImage, isAbort, PageError, type Problem, problemLine } from '../ui/problem.ts';
import { credit, creditLine, fetchSample, type Sample, sampleName, sampleOf } from '../ui/samples.ts';
import { classify, type Result } from './classify.ts';
import { type PlacedCrop, placedCrop } from './crop-place.ts';
import { isFault, PhotoProblem, tryAgain } from './fault.ts';
import { PhotoKeeping } from './keeping.ts';
import { type Opening, reopening } from './opening.ts';
import { PhotoPicking } from './picking.ts';
import { RequestCount } from './requests.ts';
import { SampleLink } from './sample-link.ts';
import { PhotoStage } from './stage.ts';

/**
 * The photo panel. Its data-state says what it shows: 'empty' (the invitation), 'photo' (a photo, with its predictions or
 * while they are computed) or 'problem' (why there is none).
 */
export class PhotoPanel extends HTMLElement implements Panel, Taker {
  #stage = new PhotoStage();
  #answers = new PredictionList();
  #status = new NetworkStatus();
  #keeping = new PhotoKeeping(() => this.#card());
  #requests = new RequestCount();
  #problem = new PhotoProblem();
  #picking = new PhotoPicking((sample) => void this.#openNew(() => fetchSample(sample), sampleName(sample)));

  /** The photo that is shown, and its result. */
  #photo: Photo | null = null;
  #result: Result | undefined;
  /** Aborts the work on one photo when the next one is given. */
  #work = new AbortController();
  /** What is being asked about the photo on show. */
  #asked: (PlacedCrop & { net: MobileNet | undefined }) | undefined;
  /** The photo that is being opened, and the one that all panels shared when that began. */
  #opening: Opening | undefined;
  #since: Photo | null = null;
  /** The photo that could not be opened, which is not tried again by itself. */
  #failed: Blob | undefined;
  /** Takes away the message that answers did not come. */
  #dismiss: (() => void) | undefined;
  /** What was on show when the person went back to the first screen. */
  #left: Opening | undefined;
  #link = new SampleLink((sample) => void this.#openLinked(sample));

  connectedCallback(): void {
    const { intro } = text;
    this.append(
      this.#stage,
      element('div', { class: 'invitation' }, element('h2', {}, intro.heading), element('p', {}, intro.lead)),
      ...this.#problem.elements,
      element(
        'div',
        { class: 'results' },
        this.#answers,
        new LabelOffer(),
        this.#keeping,
        this.#picking,
        this.#status,
        this.#requests,
      ),
      new CropSettings({ movable: true }),
    );
    this.#become('empty');

    this.addEventListener('click', ({ target }) => {
      // Without a photo the whole panel is one large button for the mouse; text and controls stay what they are.
      if (this.dataset.state !== 'photo' && (target === this || target === this.#stage)) this.#picking.choose();
    });
    this.#answers.on('why', () => void this.#why());
    network.state.subscribe(() => this.#networkChanged());
    state.subscribe((now, before) => {
      this.#goBack(now, before);
      this.#refresh();
    });
    current.subscribe(() => this.#refresh());
    this.#refresh();
  }

  /** Classifies the first image of those given. */
  take(files: File[]): void {
    const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
    if (file) void this.#openNew(() => file, file.name || text.stage.pasted);
  }

  /** Says what was wrong with what was given; a photo and its answers stay. */
  refuse(error: PageError): void {
    notices.add(problemLine(explain(error)));
  }

  shown(): void {
    this.#refresh();
  }

  /** Opens a photo; if it fails, what there is comes back. */
  async #openNew(get: Opening['get'], name: string, at = ''): Promise<boolean> {
    const opened = await this.#open({ get, name, at, former: this.#last() });
    if (opened) notices.clear();
    return opened;
  }

  /** What there is: the photo that is being opened, or else the one that has been. */
  #last(): Opening | undefined {
    const { at } = state.get();
    if (this.#opening) return this.#opening.inFrame ? { ...this.#opening, at } : this.#opening;
    const photo = current.get();
    return photo ? reopening(photo, at) : undefined;
  }

  /**
   * Shows a photo and classifies it, and resolves to whether it could. Where that fails, the former one stays or comes back, and a
   * message says why.
   */
  async #open(opening: Opening): Promise<boolean> {
    if (this.#checkBrowser()) return false;
    const { get, name, at } = opening;
    const signal = this.#restart();
    this.#opening = opening;
    this.#since = current.get();
    this.#status.pending = true;
    opening.inFrame = false;
    try {
      const blob = await get();
      opening.blob = blob;
      signal.throwIfAborted();
      if (blob.size === 0) throw new PageError('empty-file');
      const opened = performance.timeOrigin + performance.now();
      const size = () => showing.then(() => this.#stage.size);
      const classified = classify({ blob, at, size }, signal);
      // One that turns out to be broken must not take the place of one on show; the first is on show while the model downloads. Where
      // the crop was moved, its place depends on the size of what is shown.
      const after = this.#photo && network.net && !at ? classified : undefined;
      const showing = this.#show(blob, opening, signal, after);
      const [, result] = await Promise.all([showing, classified]);
      this.#opening = undefined;
      this.#failed = undefined;
      this.#requests.restart(opened);
      this.#photo = { blob, name };
      void this.#present(result);
      current.set(this.#photo);
      this.#refresh();
      return true;
    } catch (error) {
      if (!signal.aborted) await this.#openFormer(opening, error);
      return false;
    }
  }

  /** Says why a photo could not be opened: in its place, or in a message where there was a former one, which comes back. */
  async #openFormer({ get, name, at, blob, former }: Opening, error: unknown): Promise<void> {
    const next = this.#restart(); // aborts the other half, when only one has failed
    this.#opening = former;
    this.#failed = blob;
    const problem = await explainImage(error, `“${shortName(name)}”`, blob);
    const again = () => void this.#openNew(get, name, at);
    const wanted = blob && current.get()?.blob === blob;
    // A model that can label no photo says so once, in the place of all.
    if (!next.aborted && (!former || wanted || problem.code === 'names-nothing')) {
      this.#photo = null;
      return this.#fail(problem, again);
    }
    notices.add(problemLine(problem), { action: tryAgain(problem, again) });
    if (!former || next.aborted) return;
    this.#link.name();
    if (!former.photo || former.photo !== this.#photo) return void this.#open(former);
    this.#opening = undefined;
    this.#status.pending = false;
    this.#refresh();
  }

  /** Puts the photo in the place of the one on show, whose answers go. */
  async #show(blob: Blob, opening: Opening, signal: AbortSignal, after?: Promise<unknown>): Promise<void> {
    try {
      await this.#stage.show(blob, opening.name, signal, after);
    } catch (error) {
      // The library's error is more exact; until it is loaded, the browser's must do.
      if (!network.net) throw error;
      return;
    }
    opening.inFrame = true;
    // The first one can be gone back from.
    state.set({ at: opening.at, photo: true }, { replace: state.get().photo });
    const sample = sampleOf(blob);
    if (sample) this.#stage.credit(...credit(sample));
    this.#photo = null;
    this.#result = undefined;
    this.#keeping.ready = false;
    this.#answers.wait();
    this.toggleAttribute('data-early', !network.net);
    this.#become('photo');
  }

  /** Shows a photo, or why there is none, or the invitation. */
  #become(now: 'empty' | 'photo' | 'problem'): void {
    this.dataset.state = now;
    this.#picking.place(this.#status, now !== 'photo');
  }

  /** Follows the history to the first screen, which it shows as it was, and from there back to the photo. */
  #goBack(now: State, before: State): void {
    if (now.panel !== 'photo') return;
    const { state: shows } = this.dataset;
    if (now.photo) {
      if (shows === 'empty' && this.#left && !this.#opening && !now.sample) void this.#open(this.#left);
    } else if (before.photo || shows === 'photo') {
      const last = this.#last();
      this.#left = last?.blob && reopening({ blob: last.blob, name: last.name }, before.at);
      this.#restart();
      this.#opening = this.#result = this.#failed = undefined;
      this.#photo = null;
      this.#stage.clear();
      this.#status.pending = false;
      this.#status.forget();
      this.#become('empty');
      current.set(null);
    }
  }

  /** Brings the panel up to date with the current photo, crop, number of views and network. */
  #refresh(): void {
    this.#stage.setCrop(placedCrop());
    this.#keeping.ready = Boolean(this.#photo && this.#result);
    if (this.hidden) return;
    this.#link.follow();
    const photo = current.get();
    if (this.#opening && photo === this.#since) return;
    if (photo && photo !== this.#photo && photo.blob !== this.#failed) {
      void this.#open(reopening(photo));
    } else if (this.#photo && !this.#isCurrent(this.#result) && !this.#isMoving()) {
      void this.#reclassify(this.#photo);
    }
  }

  #isCurrent(result: Result | undefined): boolean {
    if (!result || (network.net && network.net !== result.net)) return false;
    const { crop, views, at } = placedCrop();
    return result.crop.crop === crop && result.crop.views === views && result.crop.at === at;
  }

  /** Whether an answer is on its way that differs from what is asked only by the crop's place: then the next one waits for it. */
  #isMoving(): boolean {
    const { crop, views } = placedCrop();
    return this.#asked?.crop === crop && this.#asked.views === views && this.#asked.net === network.net;
  }

  /** Classifies the same photo again. Its former answers stay until there are others. */
  async #reclassify(photo: Photo): Promise<void> {
    const { blob, name } = photo;
    const signal = this.#restart();
    const { at } = state.get();
    this.#asked = { ...placedCrop(), net: network.net };
    if (!network.net) this.#status.pending = true;
    try {
      const result = await classify({ blob, at, size: async () => this.#stage.size }, signal);
      if (this.dataset.state !== 'photo') return void this.#open(reopening(photo, at));
      await this.#present(result); // with its heat map, which the next answer would abort
      if (signal.aborted) return;
      this.#asked = undefined;
      this.#refresh();
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#asked = undefined;
      const problem = explain(error, `“${shortName(name)}”`);
      if (this.dataset.state !== 'photo' || !isFault(problem)) {
        return this.#fail(problem, () => void this.#open(reopening(photo, at)));
      }
      this.#status.pending = false;
      // It stays, for until then the answers are not those of the settings.
      const action = tryAgain(problem, () => void this.#reclassify(photo));
      this.#dismiss = notices.add(problemLine(problem), { action, stays: true });
    }
  }

  async #present(result: Result): Promise<void> {
    const start = performance.now();
    this.#result = result;
    this.removeAttribute('data-early');
    this.#answers.show(result.classification, result.net.info.classes);
    this.#status.answered(result.net, result.classification);
    this.#requests.show(result.net);
    performance.measure('depthwise: draw', { start });
    await this.#why();
  }

  /** Shows the heat map of the selected prediction, if there is one. */
  async #why(): Promise<void> {
    const index = this.#answers.chosen;
    if (index === undefined || !this.#photo || !this.#result) return this.#stage.whyNot();
    const { net, classification } = this.#result;
    const { signal } = this.#work;
    try {
      const map = await net.heatmap(classification.features as Features, index, { signal });
      if (this.#answers.chosen === index && !signal.aborted) this.#stage.why(map, net.labels[index] ?? '');
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) notices.add(problemLine(explain(error)));
    }
  }

  /** Aborts the work in progress and gives a signal for new work. */
  #restart(): AbortSignal {
    this.#work.abort();
    this.#work = new AbortController();
    this.#asked = undefined;
    this.#dismiss?.();
    this.#dismiss = undefined;
    return this.#work.signal;
  }

  /** Shows an error in the place of the photo. */
  #fail(problem: Problem, again?: () => void): void {
    this.#opening = undefined;
    this.#stage.clear();
    this.#status.pending = false;
    this.#status.forget();
    this.#problem.show(problem, again);
    this.#become('problem');
  }

  /** What a card of the photo on show has on it. */
  #card(): Card {
    const { classification } = this.#result as Result;
    const sample = this.#photo && sampleOf(this.#photo.blob);
    return {
      ...this.#stage.forCard(),
      heading: isUnsure(classification) ? text.camera.unsure : '',
      answers: classification.predictions,
      credit: sample ? creditLine(sample) : undefined,
    };
  }

  #networkChanged(): void {
    this.#picking.place(this.#status, this.dataset.state !== 'photo');
    if (this.#checkBrowser() || !network.net) return;
    this.#failed = undefined; // another model may do
    if (this.dataset.state === 'empty' && !this.#opening) this.#keeping.prepare();
    this.#refresh();
  }

  /** Tells, in place of the invitation, when this browser cannot run the network at all. */
  #checkBrowser(): boolean {
    const problem = browserProblem();
    if (problem) this.#fail(problem);
    this.toggleAttribute('data-unusable', Boolean(problem));
    return Boolean(problem);
  }

  /** Opens the sample that the address names; one's own photo can come back. */
  async #openLinked(sample: Sample): Promise<void> {
    const former = this.#last();
    state.set({ photo: true }, { replace: true }); // the link is what can be gone back from
    const name = sampleName(sample);
    const opened = await this.#openNew(() => fetchSample(sample), name, state.get().at);
    if (!opened || !former?.blob || sampleOf(former.blob)) return;
    const act = () => {
      state.set({ panel: 'photo' });
      void this.#openNew(former.get, former.name, former.at);
    };
    notices.add(text.samples.linked(name), { action: { name: text.samples.former, act } });
  }
}

customElements.define('photo-panel', PhotoPanel);
