import type { CameraSession } from '../capture/session.ts';
import { type CameraChoice, listCameras } from '../capture/source.ts';
import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';

const words = text.camera;

/** Chooses among several cameras: from a list, or front and rear on phones and tablets. */
export class CameraPicker {
  readonly turn = button('', () => this.choose({ facingMode: this.#otherSide }), 'button', { hidden: true });
  #cameras = element('select');
  readonly which = element('label', { class: 'which', hidden: true }, `${words.which} `, this.#cameras);

  constructor(
    readonly session: CameraSession,
    readonly choose: (choice: CameraChoice) => void,
  ) {
    this.#cameras.addEventListener('change', () => choose({ deviceId: this.#cameras.value }));
  }

  /** Lists the cameras that there are beside the one in use. */
  async update(): Promise<void> {
    const { stream } = this.session;
    const cameras = await listCameras();
    if (!stream || stream !== this.session.stream) return;
    const { deviceId: used, facing } = this.session;
    this.#cameras.replaceChildren(
      ...cameras.map(({ deviceId, label }, i) =>
        element('option', { value: deviceId, selected: deviceId === used }, label || words.unnamed(count(i + 1))),
      ),
    );
    // Only phones and tablets tell the side. Two cameras there are front and rear; with more one may want a certain lens.
    const turnable = facing !== undefined && cameras.length > 1;
    this.turn.hidden = !turnable;
    this.turn.textContent = words.turn[this.#otherSide];
    this.which.hidden = cameras.length < (turnable ? 3 : 2);
  }

  get #otherSide(): 'user' | 'environment' {
    return this.session.facing === 'environment' ? 'user' : 'environment';
  }
}
