// The appearance of <mobilenet-classifier>, and its texts.

import type { Prediction } from './mobilenet.d.ts';

/** The longest side of the shown image, in pixels. */
const side = 1024;

const texts = {
  en: {
    tag: 'en',
    prompt: 'Choose a photo',
    hint: 'or drop one here',
    loading: 'Downloading the model (first visit only)',
    looking: 'Analysing…',
    list: 'Predictions',
    picture: 'The photo',
  },
  zh: {
    tag: 'zh-Hans',
    prompt: '选择照片',
    hint: '或拖放到这里',
    loading: '正在下载模型（仅需一次）',
    looking: '正在识别…',
    list: '识别结果',
    picture: '照片',
  },
};

export type Words = (typeof texts)['en'];

/** The words for a language tag. */
export const words = (tag: string): Words => (/^zh\b/i.test(tag) ? texts.zh : texts.en);

const css = `
:host {
  --_ink: var(--mobilenet-ink, currentColor);
  --_accent: var(--mobilenet-accent, var(--_ink));
  --_track: var(--mobilenet-track, color-mix(in srgb, var(--_ink) 18%, transparent));
  --_radius: var(--mobilenet-radius, 0.75rem);
  --_gap: var(--mobilenet-gap, 1rem);
  display: grid;
  gap: var(--_gap);
  max-width: var(--mobilenet-width, 28rem);
  color: var(--_ink);
  line-height: 1.4;
}
:host([hidden]), [hidden] { display: none !important; }
.zone {
  display: grid;
  justify-items: center;
  gap: calc(var(--_gap) / 2);
  padding: var(--_gap);
  border: 2px dashed var(--_track);
  border-radius: var(--_radius);
  text-align: center;
}
.zone:hover, .zone[part~="dragging"] { border-color: var(--_accent); }
canvas { max-width: 100%; max-height: 20rem; border-radius: calc(var(--_radius) / 2); }
.button {
  display: inline-flex;
  align-items: center;
  min-height: 2.75rem;
  padding: 0 1.25rem;
  border: 2px solid var(--_accent);
  border-radius: 99rem;
  font-weight: 600;
  color: var(--_accent);
  cursor: pointer;
}
input { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
.button:has(:focus-visible) { outline: 3px solid var(--_accent); outline-offset: 3px; }
p, ol { margin: 0; padding: 0; }
/* Visually, the list says it. */
.told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
ol { display: grid; gap: 0.6rem; list-style: none; }
li { display: grid; grid-template-columns: 1fr auto; gap: 0.15rem 1rem; }
li:first-child { font-weight: 700; }
.probability { font-variant-numeric: tabular-nums; }
progress {
  appearance: none;
  grid-column: 1 / -1;
  width: 100%;
  height: 0.4rem;
  border: 0;
  border-radius: 1rem;
  overflow: hidden;
  background: var(--_track);
}
progress::-webkit-progress-bar { background: var(--_track); }
progress::-webkit-progress-value { background: var(--_accent); border-radius: 1rem; }
progress::-moz-progress-bar { background: var(--_accent); border-radius: 1rem; }
@media (forced-colors: active) { progress { appearance: auto; } }
`;

/** By document: a style sheet can only be adopted in the one that it was made for. */
const sheets = new WeakMap<Document, CSSStyleSheet[]>();

/** What to adopt in a document; nothing in one without a window, such as a template's. */
export function sheetFor(document: Document): CSSStyleSheet[] {
  const there = sheets.get(document);
  const view = document.defaultView;
  if (there || !view) return there ?? [];
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(document, [sheet]);
  return [sheet];
}

function make<K extends keyof HTMLElementTagNameMap>(name: K, part: string, ...children: (Node | string)[]) {
  const made = document.createElement(name);
  made.setAttribute('part', part); // jsdom has no `part`, and its tests only insert the element
  made.className = part;
  made.append(...children);
  return made;
}

/** The inside of one element. */
export function build() {
  const picture = make('canvas', 'picture');
  picture.hidden = true;
  picture.setAttribute('role', 'img');
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = 'image/*';
  const slot = (name: string) => {
    const made = document.createElement('slot');
    made.name = name;
    return made;
  };
  const prompt = slot('prompt');
  const hint = slot('hint');
  const zone = make('div', 'zone', picture, make('label', 'button', input, prompt), make('div', 'hint', hint));
  const bar = make('progress', 'progress');
  bar.hidden = true;
  const status = make('p', 'status');
  status.setAttribute('role', 'status');
  const list = make('ol', 'predictions');
  list.hidden = true;

  return {
    all: [zone, bar, status, list],
    zone,
    input,
    picture,

    say({ prompt: ask, hint: or, loading, list: name, picture: alt }: Words) {
      prompt.textContent = ask;
      hint.textContent = or;
      bar.setAttribute('aria-label', loading);
      list.setAttribute('aria-label', name);
      picture.setAttribute('aria-label', alt);
    },

    draw(image: CanvasImageSource, width: number, height: number) {
      const scale = Math.min(1, side / Math.max(width, height));
      picture.width = Math.max(1, Math.round(width * scale));
      picture.height = Math.max(1, Math.round(height * scale));
      picture.getContext('2d')?.drawImage(image, 0, 0, picture.width, picture.height);
      picture.hidden = false;
    },

    /** Back to the state before the first image. */
    clear() {
      this.wait('');
      picture.hidden = true;
      list.hidden = true;
    },

    wait(why: string) {
      bar.hidden = true;
      status.textContent = why;
      status.removeAttribute('lang');
      status.part.remove('failure');
      status.classList.remove('told');
    },

    progress(share: number | undefined) {
      bar.hidden = share === 1;
      if (share === undefined) bar.removeAttribute('value');
      else bar.value = share;
    },

    show(predictions: Prediction[], { tag }: Words) {
      const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 });
      list.replaceChildren(
        ...predictions.map(({ index, label, probability }) => {
          const share = make('progress', 'bar');
          share.value = probability;
          share.setAttribute('aria-hidden', 'true');
          const item = make(
            'li',
            'prediction',
            make('span', 'label', label),
            make('span', 'probability', percent.format(probability)),
            share,
          );
          Object.assign(item.dataset, { index, label, probability });
          return item;
        }),
      );
      list.hidden = false;
      bar.hidden = true;
      const [best] = predictions;
      status.classList.add('told');
      status.textContent = best ? `${best.label}, ${percent.format(best.probability)}` : '';
    },

    fail(why: string) {
      bar.hidden = true;
      list.hidden = true;
      status.textContent = why;
      status.lang = 'en';
      status.part.add('failure');
    },
  };
}
