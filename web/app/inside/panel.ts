import type { MobileNet, Weights } from '../../mobilenet/mobilenet.js';
import { classifyFrames } from '../capture/frames.ts';
import { CameraSession } from '../capture/session.ts';
import { current } from '../store/current.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count, shortName } from '../ui/format.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import type { Panel } from '../ui/panel.ts';
import { explain, isAbort, type PageError, type Problem, problemLine } from '../ui/problem.ts';
import { fetchSample, sampleName, samples } from '../ui/samples.ts';
import { CroppedImage } from './cropped-image.ts';
import { LayerDetail } from './detail.ts';
import { LayerList } from './layers.ts';
import { measureLayers } from './measure.ts';
import { MapSheet } from './sheet.ts';

const words = text.inside;

/** At this width and above, list and layer are side by side; below it the layer is shown under its list item. */
const wide = matchMedia('(min-width: 75rem)');

/** The kind of layer whose first one is shown first: it is early enough for its maps to resemble the image. */
const FIRST = 'pointwise';

/** The inside panel: the network's layers, and the chosen one's activations for the current image or the live camera. */
export class InsidePanel extends HTMLElement implements Panel {
  #status = new NetworkStatus();
  #image = new CroppedImage();
  #list = new LayerList();
  #detail = new LayerDetail(this.#image.canvas);
  #about = element('p', { class: 'about', role: 'status' });
  #problem = element('p', { class: 'problem-line', role: 'alert' });
  #toggle = button(words.live.start, () => (this.#live ? this.#stopCamera() : void this.#startCamera()), 'button', {
    'aria-pressed': 'false',
  });
  /** Says how many layers have weights: those that count when people say how deep a network is. */
  #lead = element('p', {}, words.lead(count(28)));
  #body = element('div', { class: 'body', hidden: true });
  /** A phone plays a camera only in a video that is in the document. */
  #video = element('video', { playsinline: true, muted: true, 'aria-hidden': 'true', tabindex: -1 });
  #net: MobileNet | undefined;
  #layer = 0;
  #weights = new Map<number, Weights>();
  #visible = false;
  /** Aborts what is computed for an image that is no longer shown. */
  #work = new AbortController();
  #measuring = new AbortController();
  /** The network whose layers were timed. */
  #measured: MobileNet | undefined;
  /** Set while the camera is on or being requested. */
  #camera = new CameraSession({
    lost: (why) => {
      this.#stopCamera();
      this.#fail(text.camera.problems[why]);
    },
    left: () => this.#stopCamera(),
  });
  /** Whether the camera is on, or about to be. */
  #live = false;

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.#video.muted = true; // the attribute counts only for the parser
    const source = element('div', { class: 'source' }, this.#toggle, this.#about);
    this.#body.append(this.#list, element('section', { class: 'side' }, source, this.#problem));
    this.append(
      element('div', { class: 'intro' }, element('h2', {}, words.heading), this.#lead),
      this.#status,
      this.#body,
      this.#video,
    );
    this.#list.on('choose', (index) => this.#choose(index));
    this.#list.on('again', () => void this.#measure());
    wide.addEventListener('change', () => this.#place());
    network.state.subscribe(() => this.#showLoaded());
    current.subscribe(() => this.#analyse());
    state.subscribe(({ crop, layer }, before) => {
      if (layer !== before.layer && this.#net) this.#show(this.#indexOf(layer));
      else if (crop !== before.crop) void this.#analyse();
    });
  }

  shown(): void {
    this.#visible = true;
    this.#showLoaded();
  }

  left(): void {
    this.#visible = false;
    this.#work.abort();
    this.#measuring.abort();
    this.#stopCamera();
  }

  take(files: File[]): void {
    const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
    if (!file) return;
    this.#stopCamera();
    current.set({ blob: file, name: file.name || text.stage.pasted });
  }

  refuse(error: PageError): void {
    this.#fail(explain(error));
  }

  /** Shows the loaded network, if it is not the one that is shown. */
  #showLoaded(): void {
    const ready = network.net;
    this.#status.hidden = Boolean(ready);
    this.#body.hidden = !ready;
    if (!ready || !this.#visible) return;
    if (ready !== this.#net) {
      this.#net = ready;
      this.#weights.clear();
      this.#layer = this.#indexOf(state.get().layer);
      this.#list.show(ready, this.#layer);
      this.#lead.textContent = words.lead(count(ready.layers.filter(({ parameters }) => parameters > 0).length));
      this.#list.time(undefined);
      this.#place();
    }
    void this.#analyse().then(() => this.#measureOnce());
  }

  /** The index of the layer of that name, or of the one that is shown first. */
  #indexOf(name: string): number {
    const layers = this.#net?.layers ?? [];
    const index = layers.findIndex((layer) => layer.name === name);
    return index >= 0 ? index : layers.findIndex(({ type }) => type === FIRST);
  }

  #choose(index: number): void {
    const name = this.#net?.layers[index]?.name ?? '';
    if (index === this.#layer) this.#show(index);
    else state.set({ layer: index === this.#indexOf('') ? '' : name }, { replace: true });
  }

  #show(index: number): void {
    this.#layer = index;
    this.#list.chosen = index;
    this.#place();
    if (!wide.matches) this.#list.entry(index)?.firstElementChild?.scrollIntoView({ block: 'start' });
    void this.#analyse();
  }

  /** Whether the camera's image is shown. */
  get #filming(): boolean {
    return this.#video.srcObject !== null;
  }

  /** Moves the layer's detail beside the list, or below its list item. */
  #place(): void {
    const side = this.#body.querySelector('.side');
    const home = wide.matches ? side : this.#list.entry(this.#layer);
    if (home && this.#detail.parentElement !== home) home.append(this.#detail);
  }

  /** Analyses the current image, or the sample where there is none. */
  async #analyse(): Promise<void> {
    const net = this.#net;
    if (!net || !this.#visible || this.#filming) return;
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#problem.textContent = '';
    const name = current.get()?.name ?? sampleName(samples[0]);
    try {
      const blob = current.get()?.blob ?? (await fetchSample(samples[0]));
      await this.#image.drawFile(blob, state.get().crop, signal);
      await this.#inspect(net, blob, signal);
      this.#say(words.shows(shortName(name)));
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) this.#fail(explain(error, `“${shortName(name)}”`));
    }
  }

  /** Computes the chosen layer's output for source, and draws it. */
  async #inspect(net: MobileNet, source: Blob | HTMLVideoElement, signal: AbortSignal): Promise<void> {
    const index = this.#layer;
    const layer = net.layers[index];
    if (!layer) return;
    const start = performance.now();
    const computing = net.activations(source, index, { crop: state.get().crop, signal });
    if (layer.parameters > 0 && !this.#weights.has(index)) {
      const [weights] = await Promise.all([net.weights(index, { signal }), computing.catch(() => {})]);
      this.#weights.set(index, weights);
    }
    const activations = await computing;
    signal.throwIfAborted();
    if (index !== this.#layer) return; // another layer was chosen meanwhile
    performance.measure('depthwise: activations', { start });
    const drawing = performance.now();
    const labels = index === net.layers.length - 1 ? labelsOf(net) : undefined;
    const weights = this.#weights.get(index);
    this.#detail.show({ layer, maps: new MapSheet(activations), weights, labels }, this.#filming);
    this.#detail.dataset.shows = layer.name;
    performance.measure('depthwise: draw maps', { start: drawing });
    // A profiler has seen them; kept, there would be many a second.
    if (this.#filming) for (const name of ['activations', 'draw maps']) performance.clearMeasures(`depthwise: ${name}`);
  }

  /** Times the layers, unless that was done for this network; the camera or another panel may have interrupted it. */
  async #measureOnce(): Promise<void> {
    if (this.#measured !== this.#net) await this.#measure();
  }

  async #measure(): Promise<void> {
    const net = this.#net;
    if (!net || !this.#visible || this.#live) return;
    this.#measuring.abort();
    this.#measuring = new AbortController();
    const { signal } = this.#measuring;
    this.#measured = undefined;
    this.#list.time(undefined);
    try {
      const times = await measureLayers(net, signal);
      if (signal.aborted || net !== this.#net) return;
      this.#measured = net;
      this.#list.time(times);
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) this.#fail(explain(error));
    }
  }

  async #startCamera(): Promise<void> {
    this.#live = true;
    this.#measuring.abort();
    this.#problem.textContent = '';
    this.#showLive();
    await this.#camera.open(async (stream, signal) => {
      this.#work.abort();
      this.#video.srcObject = stream;
      await this.#video.play();
      this.#say(words.live.on);
      classifyFrames(this.#video, () => this.#analyseFrame(signal), signal);
    });
  }

  #stopCamera(): void {
    if (!this.#live) return;
    this.#live = false;
    this.#camera.close();
    this.#video.srcObject = null;
    this.#showLive();
    void this.#analyse().then(() => this.#measureOnce());
  }

  async #analyseFrame(signal: AbortSignal): Promise<void> {
    const net = this.#net;
    if (!net) return;
    const { videoWidth, videoHeight } = this.#video;
    try {
      // Not mirrored: the maps are of the unmirrored frame, and both should match.
      this.#image.draw(this.#video, videoWidth, videoHeight, state.get().crop);
      await this.#inspect(net, this.#video, signal);
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#stopCamera();
      this.#fail(explain(error));
    }
  }

  #showLive(): void {
    const on = this.#live;
    this.#toggle.setAttribute('aria-pressed', String(on));
    this.#toggle.textContent = on ? words.live.stop : words.live.start;
    this.#list.measurable = !on;
    this.toggleAttribute('data-live', on);
  }

  #say(sentence: string): void {
    if (this.#about.textContent !== sentence) this.#about.textContent = sentence;
  }

  #fail(problem: Pick<Problem, 'title' | 'detail'>): void {
    this.#problem.textContent = problemLine(problem);
  }
}

/** The names of what the last layer computes. A single output, that of two answers, is the second's. */
const labelsOf = ({ info, labels, layers }: MobileNet): readonly string[] =>
  labels.slice(info.classes - (layers.at(-1)?.shape[2] ?? 0));

customElements.define('inside-panel', InsidePanel);
