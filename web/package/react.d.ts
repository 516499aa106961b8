import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { MobileNetClassifier, MobileNetClassifierEventMap } from './element.js';
import type { Crop } from './index.js';

export * from './element.js';

/** <mobilenet-classifier> in the JSX of React from 19 on. */
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'mobilenet-classifier': DetailedHTMLProps<HTMLAttributes<MobileNetClassifier>, MobileNetClassifier> & {
        src?: string | undefined;
        model?: string | undefined;
        topK?: number | undefined;
        crop?: Crop | undefined;
        onpredictions?: ((event: MobileNetClassifierEventMap['predictions']) => void) | undefined;
        onerror?: ((event: MobileNetClassifierEventMap['error']) => void) | undefined;
      };
    }
  }
}
