import type { Classification, ClassifyOptions, Heatmap, MobileNet, Prediction } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { type CropOptions, state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { type CardType, download, makeCard } from '../ui/card.ts';
import { CropSettings } from '../ui/crop-settings.ts';
import { element } from '../ui/dom.ts';
import { count, duration, percent } from '../ui/format.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import { browserProblem, explain, isAbort } from '../ui/problem.ts';
import { Announcer } from './announcer.ts';
import { CameraAnswers } from './answers.ts';
import { lookAtFrames, Meter } from './frames.ts';
import { type CameraChoice, CameraError, closeCamera, listCameras, openCamera } from './source.ts';
import { CameraStage } from './stage.ts';
import { ENOUGH, Steady, SteadyMap } from './steady.ts';

const words = text.camera;

/** The camera goes off when the page was hidden for so many ms. */
const AWAY = 30_000;
/** How often the figures change, in ms: any faster and they cannot be read. */
const READABLE = 500;

type Problem = keyof typeof words.problems;
type Phase = 'off' | 'starting' | 'live' | 'frozen' | 'problem';

/**
 * The camera panel. Its data-state says what it shows: 'off' (the invitation), 'starting' (the browser asks), 'live', 'frozen' (one
 * frame, to look at and to save) or 'problem' (why there is no picture).
 */
export class CameraPanel extends HTMLElement {
  #stage = new CameraStage();
  #heading = element('h2');
  #lead = element('p');
  #problem = element('div', { class: 'problem', role: 'alert' });
  #answers = new CameraAnswers();
  #figures = element('p', { class: 'figures' });
  #status = new NetworkStatus();
  #announcer = new Announcer();

  #power = element('button', { type: 'button', class: 'button' });
  #freeze = element('button', { type: 'button', class: 'button primary' });
  #save = element('div', { class: 'save', role: 'group', 'aria-label': words.save });
  #turn = element('button', { type: 'button', class: 'button', hidden: true });
  #cameras = element('select');
  #which = element('label', { class: 'which', hidden: true }, `${words.which} `, this.#cameras);
  #smooth = toggle(words.steady, 'steady');
  #mirror = toggle(words.mirror);
  #heat = toggle(words.heat);

  #phase: Phase = 'off';
  #choice: CameraChoice;
  #stream: MediaStream | undefined;
  /** Lasts as long as the stream. */
  #session = new AbortController();
  /** Ends the looking at frames, or at the frozen one. */
  #work = new AbortController();
  /** Whether the camera looks away from who holds it; then a mirror image would be odd. */
  #away = false;
  #steady = new Steady();
  #steadyMap = new SteadyMap();
  /** The class whose heat map is wanted; undefined: that of the best answer. */
  #asked: number | undefined;
  /** The best answer so far. */
  #best: number | undefined;
  /** The network that all this is from: another one numbers its classes in its own way. */
  #net: MobileNet | undefined;
  /** When the figures were changed last. */
  #shownAt = 0;
  /** What is shown beside the frozen frame. */
  #answer: Classification | undefined;

  connectedCallback(): void {
    for (const type of ['image/jpeg', 'image/png'] as const) {
      const button = element('button', { type: 'button', class: 'button' }, words.saveAs[type]);
      button.addEventListener('click', () => void this.#download(type));
      this.#save.append(button);
    }
    this.append(
      this.#stage,
      element('div', { class: 'invitation' }, this.#heading, this.#lead),
      this.#problem,
      element('div', { class: 'actions' }, this.#freeze, this.#power, this.#save, this.#turn),
      this.#answers,
      this.#figures,
      this.#status,
      element('div', { class: 'settings' }, this.#which, this.#heat.label, this.#smooth.label, this.#mirror.label),
      new CropSettings(),
      this.#announcer.region,
    );
    this.#smooth.input.checked = true;
    this.#mirror.input.checked = this.#stage.mirrored = true;

    this.#power.addEventListener('click', () => {
      if (this.#phase === 'off' || this.#phase === 'problem') void this.#start();
      else this.#stop();
    });
    this.#freeze.addEventListener('click', () => {
      if (this.#phase === 'live') this.#hold();
      else if (this.#stream) this.#goOn();
      else void this.#start();
    });
    this.#turn.addEventListener('click', () => void this.#start({ facingMode: this.#otherSide() }));
    this.#cameras.addEventListener('change', () => void this.#start({ deviceId: this.#cameras.value }));
    this.#smooth.input.addEventListener('change', () => this.#steady.clear());
    this.#mirror.input.addEventListener('change', () => {
      this.#stage.mirrored = this.#mirror.input.checked;
    });
    this.#heat.input.addEventListener('change', () => this.#askWhy(this.#heat.input.checked));
    this.#answers.addEventListener('why', (event) => {
      const { detail: index } = event as CustomEvent<number>;
      this.#askWhy(index !== this.#answers.asked, index);
    });
    network.state.subscribe(() => {
      this.#checkBrowser();
      if (this.#phase === 'frozen' && network.net && network.net !== this.#net) void this.#lookAtStill();
    });
    state.subscribe((now, before) => {
      if (now.crop !== before.crop || now.views !== before.views) this.#lookAnew();
    });
    this.#lookAnew();
    this.#become('off');
    this.#checkBrowser();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  /** Nobody sees the picture any more, so the camera sees nobody; a frozen frame stays. */
  left(): void {
    if (this.#phase === 'frozen') this.#release();
    else if (this.#phase !== 'problem') this.#stop();
  }

  async #start(choice = this.#choice): Promise<void> {
    this.#release();
    this.#choice = choice;
    const { signal } = this.#session;
    this.#answers.clear();
    // From one camera to another all stays where it is.
    if (this.#phase !== 'live') this.#become('starting');
    try {
      const stream = await openCamera(choice);
      if (signal.aborted) return closeCamera(stream);
      this.#stream = stream;
      this.#watch(stream, signal);
      await this.#stage.play(stream, signal);
      this.#fit(stream);
      this.#announcer.say(words.announce.live);
      this.#goOn();
    } catch (error) {
      if (!signal.aborted) this.#lose(error instanceof CameraError ? error.code : 'unknown');
    }
  }

  #stop(): void {
    this.#release();
    this.#stage.clear();
    if (this.#phase !== 'off') this.#announcer.say(words.announce.off);
    this.#become('off');
  }

  /** Lets go of the camera: its light goes off. */
  #release(): void {
    this.#session.abort();
    this.#session = new AbortController();
    this.#work.abort();
    if (this.#stream) closeCamera(this.#stream);
    this.#stream = undefined;
  }

  /** Watches for what ends or interrupts a stream. */
  #watch(stream: MediaStream, signal: AbortSignal): void {
    for (const track of stream.getVideoTracks()) {
      track.addEventListener('ended', () => this.#lose('ended'), { signal });
      for (const type of ['mute', 'unmute']) {
        track.addEventListener(type, () => this.#stage.interrupt(track.muted), { signal });
      }
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener(
      'visibilitychange',
      () => {
        clearTimeout(timer);
        if (document.hidden) timer = setTimeout(() => this.#lose('away'), AWAY);
      },
      { signal },
    );
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    addEventListener('pagehide', () => this.left(), { signal });
    navigator.mediaDevices.addEventListener('devicechange', () => void this.#list(stream), { signal });
  }

  /** What depends on the camera that was given: the choice of others, and whether its view is mirrored. */
  #fit(stream: MediaStream): void {
    const away = facing(stream) === 'environment';
    if (away !== this.#away) this.#mirror.input.checked = this.#stage.mirrored = !away;
    this.#away = away;
    this.#stage.interrupt(false);
    void this.#list(stream);
  }

  async #list(stream: MediaStream): Promise<void> {
    const cameras = await listCameras();
    if (stream !== this.#stream) return;
    const used = stream.getVideoTracks()[0]?.getSettings().deviceId;
    this.#cameras.replaceChildren(
      ...cameras.map(({ deviceId, label }, i) =>
        element('option', { value: deviceId, selected: deviceId === used }, label || words.unnamed(count(i + 1))),
      ),
    );
    // Only phones and tablets tell the side. Two cameras there are front and rear; with more one may want a certain lens.
    const turnable = facing(stream) !== undefined && cameras.length > 1;
    this.#turn.hidden = !turnable;
    this.#turn.textContent = words.turn[this.#otherSide()];
    this.#which.hidden = cameras.length < (turnable ? 3 : 2);
  }

  #otherSide(): 'user' | 'environment' {
    return this.#stream && facing(this.#stream) === 'environment' ? 'user' : 'environment';
  }

  /** Looks at the live picture. */
  #goOn(): void {
    const signal = this.#anew();
    const meter = new Meter();
    this.#steady.clear();
    this.#stage.thaw();
    this.#become('live');
    lookAtFrames(this.#stage.video, () => this.#look(meter, signal), signal);
  }

  async #look(meter: Meter, signal: AbortSignal): Promise<void> {
    const { net } = network;
    if (!net) return;
    const start = performance.now();
    if (net !== this.#net) this.#forget(net);
    const heatmap = this.#heat.input.checked ? (this.#asked ?? this.#best ?? 'best') : undefined;
    const options: ClassifyOptions = { topK: ENOUGH, heatmap, signal };
    const answer = await this.#ask((look) => net.classify(this.#stage.video, { ...options, ...look }), signal);
    if (!answer) return;
    const { predictions, timings } = answer;
    const end = performance.now();
    meter.add(end, end - start);
    measure('depthwise: frame', start, timings);
    const steady = this.#smooth.input.checked;
    const best = steady ? this.#steady.add(predictions, end) : predictions.slice(0, 5);
    this.#showLive(best, meter, end);
    if (answer.heatmap && this.#heat.input.checked) {
      this.#explain(steady ? this.#steadyMap.add(answer.heatmap, end) : answer.heatmap, net);
    }
    // What is asked about has gone: then the best answer is explained again.
    if (!best.some(({ index }) => index === this.#asked)) this.#asked = undefined;
    this.#best = best[0]?.index;
    measure('depthwise: draw', end);
  }

  /** Another network answers from now on. */
  #forget(net: MobileNet): void {
    this.#net = net;
    this.#steady.clear();
    this.#asked = this.#best = undefined;
  }

  #showLive(best: Prediction[], meter: Meter, now: number): void {
    this.#answers.show(best, now);
    if (meter.rate > 0 && now - this.#shownAt > READABLE) {
      this.#shownAt = now;
      const rate = Math.round(meter.rate);
      this.#figures.textContent = words.rate(rate, count(rate), duration(meter.time));
    }
    const what = this.#answers.sure ? (best[0]?.label ?? '') : words.announce.unsure;
    this.#announcer.see(what, this.#answers.sure ? sentence(best) : what, now);
  }

  /** Freezes the frame that is shown, and looks at that one alone. */
  #hold(): void {
    if (this.#stage.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return; // between two cameras
    this.#stage.freeze();
    this.#become('frozen');
    void this.#lookAtStill();
  }

  async #lookAtStill(): Promise<void> {
    const signal = this.#anew();
    this.#answer = undefined;
    this.#update();
    try {
      const net = await network.loaded(signal);
      if (net !== this.#net) this.#forget(net);
      const heatmap = this.#heat.input.checked ? (this.#asked ?? 'best') : undefined;
      const answer = await this.#ask(
        (look) => net.classify(this.#stage.still, { heatmap, features: true, signal, ...look }),
        signal,
      );
      if (!answer) return;
      const { predictions, timings } = answer;
      this.#answer = answer;
      measure('depthwise: frame', performance.now() - timings.total, timings);
      this.#answers.show(predictions, Number.POSITIVE_INFINITY);
      this.#figures.textContent = words.still(duration(timings.total));
      if (answer.heatmap) this.#explain(answer.heatmap, net);
      this.#announcer.say(words.announce.frozen(sentence(predictions)));
      this.#update();
    } catch {
      // aborted: something else is wanted by now
    }
  }

  /** Explains another answer to the frozen frame. */
  async #explainStill({ features }: Classification, index: number): Promise<void> {
    const [net, signal] = [this.#net, this.#anew()];
    if (!net || !features) return;
    const map = await this.#ask(() => net.heatmap(features, index, { signal }), signal);
    if (map) this.#explain(map, net);
  }

  #explain(map: Heatmap, net: MobileNet): void {
    this.#stage.why(map, net.labels[map.index] ?? '');
    this.#answers.asked = map.index;
  }

  /** Shows a heat map or no longer; of a class, or of whichever is the best. */
  #askWhy(on: boolean, index?: number): void {
    this.#heat.input.checked = on;
    this.#asked = index;
    if (!on) {
      this.#stage.whyNot();
      this.#answers.asked = undefined;
    } else if (this.#phase === 'frozen' && this.#answer) {
      const shown = index ?? this.#answer.predictions[0]?.index;
      if (shown !== undefined) void this.#explainStill(this.#answer, shown);
    } else if (this.#phase === 'frozen') {
      void this.#lookAtStill(); // once more, with the heat map
    }
  }

  /** Asks the network; undefined when the answer is no longer wanted or there is none. */
  async #ask<T>(question: (look: CropOptions) => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    try {
      const { crop, views } = state.get();
      const answer = await question({ crop, views });
      return signal.aborted ? undefined : answer;
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) {
        const problem = explain(error);
        if (this.#phase === 'frozen')
          this.#tell(sentences(problem)); // the frame stays
        else this.#fail(problem);
      }
      return undefined;
    }
  }

  /** Another crop or model was chosen. */
  #lookAnew(): void {
    this.#stage.look = state.get();
    if (this.#phase === 'frozen') void this.#lookAtStill();
    else if (this.#phase === 'live') this.#goOn(); // a frame under way was cropped in the old way
  }

  async #download(type: CardType): Promise<void> {
    if (!this.#answer) return;
    const { still, heat } = this.#stage;
    let said: string;
    try {
      const file = await makeCard(still, heat, this.#answer.predictions, type);
      download(file);
      said = words.saved(file.name);
    } catch (error) {
      said = sentences(explain(error));
    }
    this.#tell(said);
  }

  #tell(said: string): void {
    this.#figures.textContent = said;
    this.#announcer.say(said);
  }

  /** The camera has gone, or did not come. A frozen frame stays. */
  #lose(why: Problem): void {
    if (this.#phase === 'frozen') this.#release();
    else this.#fail(words.problems[why]);
  }

  #fail({ title, detail }: { title: string; detail: string }): void {
    this.#release();
    this.#stage.clear();
    this.#problem.replaceChildren(element('h2', {}, title), element('p', {}, detail));
    this.#become('problem');
  }

  /** A signal for new work; what went on before ends. */
  #anew(): AbortSignal {
    this.#work.abort();
    this.#work = new AbortController();
    return this.#work.signal;
  }

  #become(phase: Phase): void {
    this.#phase = phase;
    this.#update();
  }

  #update(): void {
    const phase = this.#phase;
    this.dataset.state = phase;
    const running = phase === 'live' || phase === 'frozen';
    const { heading, lead } = phase === 'starting' ? words.asking : words;
    this.#heading.textContent = heading;
    this.#lead.textContent = lead;
    this.#power.textContent = running ? words.stop : phase === 'starting' ? words.cancel : words.start;
    this.#power.classList.toggle('primary', !running && phase !== 'starting');
    this.#freeze.hidden = !running;
    this.#freeze.textContent = phase === 'frozen' ? words.resume : words.freeze;
    this.#save.hidden = phase !== 'frozen';
    for (const button of this.#save.querySelectorAll('button')) button.disabled = !this.#answer;
    if (!running) this.#figures.textContent = '';
    if (phase !== 'problem') this.#problem.replaceChildren();
    // What had the focus may be gone now.
    const { activeElement } = document;
    if (this.contains(activeElement) && activeElement?.checkVisibility?.() === false) this.#power.focus();
  }

  /** Tells, in place of the invitation, when this browser cannot run the network at all. */
  #checkBrowser(): void {
    const problem = browserProblem();
    if (problem) this.#fail(problem);
    this.toggleAttribute('data-unusable', Boolean(problem));
  }
}

/** Which way the camera looks, where that is known. */
function facing(stream: MediaStream): string | undefined {
  return stream.getVideoTracks()[0]?.getSettings().facingMode;
}

const sentences = ({ title, detail }: { title: string; detail: string }) => `${title}. ${detail}`;

/** The best answer as it is read out. */
function sentence([best]: Prediction[]): string {
  return best ? text.answers.announce(best.label, percent(best.probability)) : '';
}

/** Marks a span for the browser's profiler, without keeping it: there are many a second. */
function measure(name: string, start: number, detail?: unknown): void {
  performance.measure(name, { start, detail });
  performance.clearMeasures(name);
}

function toggle(name: string, kind = ''): { label: HTMLLabelElement; input: HTMLInputElement } {
  const input = element('input', { type: 'checkbox', role: 'switch' });
  return { input, label: element('label', { class: `switch ${kind}` }, input, ` ${name}`) };
}

customElements.define('camera-panel', CameraPanel);
