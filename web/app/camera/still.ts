import type { Classification, MobileNet } from '../../mobilenet/mobilenet.js';
import { measure } from '../capture/frames.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { download, makeCard } from '../ui/card.ts';
import { duration } from '../ui/format.ts';
import { notices } from '../ui/notices.ts';
import { explain, type Problem, problemLine } from '../ui/problem.ts';
import { attempt, type CameraView, sentence } from './view.ts';

const words = text.camera;

/** What is known about the frozen frame, and by which model. */
export interface StillResult {
  net: MobileNet;
  classification: Classification;
}

/** Classifies the frozen frame and shows the result; undefined once the signal aborted, or if it failed. */
export async function classifyStill(view: CameraView, signal: AbortSignal): Promise<StillResult | undefined> {
  const classify = async (): Promise<StillResult> => {
    const net = await network.loaded(signal);
    const { crop, views } = state.get();
    const options = { heatmap: view.heatmapOf(net), features: true, signal, crop, views };
    return { net, classification: await net.classify(view.stage.still, options) };
  };
  const result = await attempt(classify, (problem) => view.report(problemLine(problem)), signal);
  if (!result) return undefined;
  const { predictions, noneOfThese, timings, heatmap } = result.classification;
  measure('depthwise: frame', performance.now() - timings.total, timings);
  view.answers.show(predictions, undefined, noneOfThese);
  view.figures.textContent = words.still(duration(timings.total));
  if (heatmap) view.explain(heatmap, result.net);
  view.announcer.say(words.announce.frozen(sentence(predictions)));
  return result;
}

/** Shows the heat map of another class for the frozen frame. */
export async function explainStill(
  view: CameraView,
  { net, classification: { features } }: StillResult,
  index: number,
  signal: AbortSignal,
): Promise<void> {
  if (!features) return;
  const fail = (problem: Problem) => view.report(problemLine(problem));
  const map = await attempt(() => net.heatmap(features, index, { signal }), fail, signal);
  if (map) view.explain(map, net);
}

/** Saves the frozen frame with its answers and its heat map as an image file, or shares it, as the photo panel does with a photo. */
export async function keepStill(
  view: CameraView,
  { classification }: StillResult,
  give?: (file: File) => Promise<void>,
): Promise<void> {
  const { still, heat } = view.stage;
  try {
    const heading = view.answers.sure ? '' : words.unsure;
    const file = await makeCard({ image: still, heat, heading, answers: classification.predictions });
    if (give) return await give(file);
    download(file);
    notices.clear();
    notices.add(text.card.saved(file.name));
  } catch (error) {
    notices.add(problemLine(explain(error)));
  }
}
