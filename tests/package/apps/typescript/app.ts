import { type Classification, load, type MobileNet, MobileNetError, type Prediction } from 'depthwise';
import { type Conversion, convert } from 'depthwise/convert';
import * as core from 'depthwise/core';
import type { MobileNetClassifier } from 'depthwise/element';
import 'depthwise/element';

export async function classify(photo: File, canvas: HTMLCanvasElement): Promise<Prediction[]> {
  const net: MobileNet = await load({
    threads: 2,
    onProgress: ({ stage, loaded, total }) => console.log(stage, loaded / total),
  });
  const { predictions, heatmap }: Classification = await net.classify(photo, { topK: 3, heatmap: 'best' });
  const embedding: Float32Array = await net.embed(canvas);
  console.log(heatmap?.width, embedding.length, net.info.engine);
  await net.classify({ data: new Uint8Array(4), width: 1, height: 1 });
  // @ts-expect-error: there is no such option
  await net.classify(photo, { topk: 3 });
  await net.close();
  return predictions;
}

export async function withoutModel(model: ArrayBuffer, labels: string[]): Promise<string> {
  try {
    const net = await core.load({ model, labels });
    return net.info.model;
  } catch (error) {
    if (error instanceof MobileNetError) return error.code;
    throw error;
  }
}

export async function converted(checkpoint: File, photos: File[]): Promise<MobileNet> {
  const { file, recognized, report }: Conversion = await convert(checkpoint, {
    activation: 'leaky:0.1',
    normalize: { mean: 127.5, scale: 1 / 127.5 },
    quantize: { images: photos, type: 'int8', onBroken: (index, { code }) => console.log(index, code) },
  });
  console.log(recognized.activation?.value, recognized.normalize.from, report?.layers[0]?.noise);
  return load({ model: file });
}

const classifier: MobileNetClassifier = document.createElement('mobilenet-classifier');
classifier.topK = 3;
classifier.addEventListener('predictions', ({ detail }) => console.log(detail.predictions[0]?.label));
