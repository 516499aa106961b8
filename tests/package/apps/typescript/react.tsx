import 'depthwise/react';
import type { MobileNetClassifier } from 'depthwise/react';
import { type RefObject, useRef } from 'react';

export function Photo({ src }: { src?: string }) {
  const classifier: RefObject<MobileNetClassifier | null> = useRef(null);
  return (
    <>
      <mobilenet-classifier
        ref={classifier}
        src={src}
        topK={3}
        crop="square"
        className="photo"
        onpredictions={({ detail }) => console.log(detail.predictions[0]?.label)}
        onerror={({ error }) => console.log(error.code)}
      />
      {/* @ts-expect-error: there is no such crop */}
      <mobilenet-classifier crop="circle" />
    </>
  );
}
