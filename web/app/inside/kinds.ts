import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { glyph, type Kind } from '../ui/layer-kinds.ts';

const words = text.inside;

/** What each kind of layer does, in a sentence. */
export const kindsInWords = (): HTMLElement =>
  element(
    'dl',
    { class: 'kinds-in-words' },
    ...(Object.keys(words.inWords) as Kind[]).map((kind) =>
      element(
        'div',
        {},
        element('dt', {}, glyph(kind), ` ${words.kinds[kind]}`),
        element('dd', {}, words.inWords[kind]),
      ),
    ),
  );
