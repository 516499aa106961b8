import { CameraSession } from '../capture/session.ts';
import type { CameraChoice } from '../capture/source.ts';
import { cameraStart } from '../store/camera-start.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { button, checkbox } from '../ui/controls.ts';
import { CropSettings } from '../ui/crop-settings.ts';
import { element } from '../ui/dom.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import type { Panel } from '../ui/panel.ts';
import { browserProblem, type Problem } from '../ui/problem.ts';
import { canShare, share } from '../ui/share.ts';
import { LiveLoop } from './live.ts';
import { CameraPicker } from './picker.ts';
import { classifyStill, explainStill, keepStill, type StillResult } from './still.ts';
import { CameraView } from './view.ts';

const words = text.camera;

/**
 * What the panel shows; data-state has the phase: 'off' (the invitation), 'starting' (the browser asks), 'live', 'frozen' (one frame,
 * to look at and to save once there is a result) or 'problem' (why there is no image).
 */
type State =
  | { phase: 'off' | 'starting' | 'live' }
  | { phase: 'frozen'; result?: StillResult }
  | { phase: 'problem'; problem: Pick<Problem, 'title' | 'detail'> };

/** The camera panel. */
export class CameraPanel extends HTMLElement implements Panel {
  #heading = element('h2');
  #lead = element('p');
  #problem = element('div', { class: 'problem', role: 'alert' });
  #power = button('', () => this.#togglePower());
  #freeze = button('', () => this.#toggleFreeze(), 'button primary');
  #save = element('div', { class: 'save', role: 'group', 'aria-label': words.save });
  #smooth = checkbox(words.steady, 'switch steady', { role: 'switch', checked: true });
  #mirror = checkbox(words.mirror, 'switch', { role: 'switch', checked: true }, (on) => {
    this.#view.stage.mirrored = on;
  });
  #heat = checkbox(words.heat, 'switch', { role: 'switch' }, (on) => this.#explain(on));

  #state: State = { phase: 'off' };
  #view = new CameraView(this.#heat.input);
  #session = new CameraSession({
    lost: (why) => this.#lose(words.problems[why]),
    muted: (on) => this.#view.stage.interrupt(on),
    devices: () => void this.#picker.update(),
    left: () => this.left(),
  });
  #picker = new CameraPicker(this.#session, (choice) => void this.#start(choice));
  /** Ends the live loop, or work on the frozen frame. */
  #work = new AbortController();
  /** Whether the camera faces away from who holds it; then a mirror image would be odd. */
  #away = false;

  connectedCallback(): void {
    this.#save.append(button(text.card.save, () => this.#keepStill(), 'button tool'));
    if (canShare()) this.#save.append(button(text.card.share, () => this.#keepStill(share), 'button tool'));
    const { stage, answers, figures, announcer } = this.#view;
    const { turn, which } = this.#picker;
    this.append(
      stage,
      element('div', { class: 'invitation' }, this.#heading, this.#lead),
      this.#problem,
      element('div', { class: 'actions' }, this.#freeze, this.#power, this.#save, turn),
      answers,
      figures,
      new NetworkStatus(),
      element('div', { class: 'settings' }, which, this.#heat.label, this.#mirror.label, this.#smooth.label),
      new CropSettings(),
      announcer.region,
    );
    stage.mirrored = true;
    answers.on('why', (index) => this.#explain(index !== answers.asked, index));
    network.state.subscribe(() => {
      this.#checkBrowser();
      this.#applyCrop(); // its shape is that of the model's input
      if (this.#state.phase === 'frozen' && network.net && network.net !== this.#view.net) void this.#classifyStill();
    });
    state.subscribe((now, before) => {
      if (now.crop !== before.crop || now.views !== before.views) this.#applyCrop();
    });
    this.#applyCrop();
    this.#become({ phase: 'off' });
    this.#checkBrowser();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  shown(): void {
    const { wanted } = cameraStart;
    cameraStart.wanted = false;
    if (wanted && !browserProblem()) void this.#start();
  }

  /** The panel is hidden, so the camera goes off; a frozen frame stays, and so does the work on it. */
  left(): void {
    const { phase } = this.#state;
    if (phase === 'frozen') this.#session.close();
    else if (phase === 'live')
      this.#fail(words.problems.left); // said on the return
    else if (phase !== 'problem') this.#stop();
  }

  #togglePower(): void {
    if (this.#state.phase === 'off' || this.#state.phase === 'problem') void this.#start();
    else this.#stop();
  }

  #toggleFreeze(): void {
    if (this.#state.phase === 'live') this.#hold();
    else if (this.#session.stream) this.#resume();
    else void this.#start();
  }

  #keepStill(give?: (file: File) => Promise<void>): void {
    if (this.#state.phase !== 'frozen' || !this.#state.result) return;
    void keepStill(this.#view, this.#state.result, give);
  }

  async #start(choice?: CameraChoice): Promise<void> {
    this.#release();
    const { stage, answers, announcer } = this.#view;
    answers.clear();
    // From one camera to another all stays where it is.
    if (this.#state.phase !== 'live') this.#become({ phase: 'starting' });
    if (!(await this.#session.open((stream, signal) => stage.play(stream, signal), choice))) return;
    const away = this.#session.facing === 'environment';
    if (away !== this.#away) this.#mirror.input.checked = stage.mirrored = !away;
    this.#away = away;
    stage.interrupt(false);
    void this.#picker.update();
    announcer.say(words.announce.live);
    this.#resume();
  }

  #stop(): void {
    this.#release();
    this.#view.stage.clear();
    if (this.#state.phase !== 'off') this.#view.announcer.say(words.announce.off);
    this.#become({ phase: 'off' });
  }

  #release(): void {
    this.#session.close();
    this.#work.abort();
  }

  /** Shows the live image and classifies it. */
  #resume(): void {
    const signal = this.#newWork();
    this.#view.stage.thaw();
    this.#become({ phase: 'live' });
    new LiveLoop(this.#view, this.#smooth.input, (problem) => this.#fail(problem), signal);
  }

  /** Freezes the frame that is shown, and classifies that one alone. */
  #hold(): void {
    const { stage } = this.#view;
    if (stage.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return; // between two cameras
    stage.freeze();
    void this.#classifyStill();
  }

  async #classifyStill(): Promise<void> {
    const signal = this.#newWork();
    this.#become({ phase: 'frozen' });
    const result = await classifyStill(this.#view, signal);
    if (result) this.#become({ phase: 'frozen', result });
  }

  /** Shows a heat map or no longer; of a class, or of whichever is the best. */
  #explain(on: boolean, index?: number): void {
    this.#view.choose(on, index);
    if (!on || this.#state.phase !== 'frozen') return; // the next live frame brings it
    const { result } = this.#state;
    const shown = index ?? result?.classification.predictions[0]?.index;
    // Without a result yet: once more, with the heat map.
    if (!result) void this.#classifyStill();
    else if (shown !== undefined) void explainStill(this.#view, result, shown, this.#newWork());
  }

  /** Shows which part of the frame is classified, and starts again with that. */
  #applyCrop(): void {
    this.#view.stage.setCrop(state.get());
    if (this.#state.phase === 'frozen') void this.#classifyStill();
    else if (this.#state.phase === 'live') this.#resume(); // the frame in flight has the old crop
  }

  /** The camera is gone, or did not come. A frozen frame stays. */
  #lose(problem: Pick<Problem, 'title' | 'detail'>): void {
    if (this.#state.phase === 'frozen') this.#session.close();
    else this.#fail(problem);
  }

  #fail(problem: Pick<Problem, 'title' | 'detail'>): void {
    this.#release();
    this.#view.stage.clear();
    this.#become({ phase: 'problem', problem });
  }

  /** A signal for new work; ends the work before. */
  #newWork(): AbortSignal {
    this.#work.abort();
    this.#work = new AbortController();
    return this.#work.signal;
  }

  #become(now: State): void {
    this.#state = now;
    const { phase } = now;
    this.dataset.state = phase;
    const running = phase === 'live' || phase === 'frozen';
    const { heading, lead } = phase === 'starting' ? words.asking : words;
    this.#heading.textContent = heading;
    this.#lead.textContent = lead;
    this.#power.textContent = running ? words.stop : phase === 'starting' ? words.cancel : words.start;
    this.#power.classList.toggle('primary', !running && phase !== 'starting');
    this.#freeze.hidden = !running;
    this.#freeze.textContent = phase === 'frozen' ? words.resume : words.freeze;
    this.#save.hidden = !running; // live too, so that nothing moves when a frame is frozen
    const saveable = phase === 'frozen' && now.result !== undefined;
    for (const save of this.#save.querySelectorAll('button')) save.disabled = !saveable;
    if (!running) this.#view.figures.textContent = '';
    this.#problem.replaceChildren();
    if (phase === 'problem') {
      this.#problem.append(element('h2', {}, now.problem.title), element('p', {}, now.problem.detail));
    }
    // What had the focus may be gone now.
    const { activeElement } = document;
    if (this.contains(activeElement) && activeElement?.checkVisibility?.() === false) this.#power.focus();
  }

  /** Tells, in place of the invitation, when this browser cannot run a model at all. */
  #checkBrowser(): void {
    const problem = browserProblem();
    if (problem) this.#fail(problem);
    this.toggleAttribute('data-unusable', Boolean(problem));
  }
}

customElements.define('camera-panel', CameraPanel);
