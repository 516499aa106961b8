// What the comparison says, in each language: not part of the first screen, as all else in en.ts is.

import { languageTag } from './text.ts';

const en = {
  heading: 'Compare',
  side: (name: string) => `Side ${name}`,
  results: (name: string) => `Predictions of ${name}`,
  divider: 'Divider between A and B',
  divided: (a: string, b: string) => `A ${a}, B ${b}`,
  alt: (name: string, side: string) => `${name}, as ${side} sees it`,
  model: 'Model',
  loading: (percent: string) => `Loading the model… ${percent}`,
  running: 'Analysing…',
  namesNothing: 'It gives embeddings only. Choose another.',
  differs: 'differs',
  only: (side: string) => `only in ${side}`,
  waiting: 'Comparing…',
  failed: (side: string) => `${side} has no answer to compare.`,
  same: 'Same answer, equally sure.',
  higher: (side: string, points: number, formatted: string) =>
    `Same answer; ${side} is ${formatted} ${points === 1 ? 'point' : 'points'} higher.`,
  different: (a: string, b: string) => `Different answers: A says ${a}, B says ${b}.`,
};

const zh: typeof en = {
  heading: '对比',
  side: (name) => `${name} 侧`,
  results: (name) => `${name} 的识别结果`,
  divider: 'A 与 B 的分界线',
  divided: (a, b) => `A ${a}，B ${b}`,
  alt: (name, side) => `${side} 看到的 ${name}`,
  model: '模型',
  loading: (percent) => `正在加载模型… ${percent}`,
  running: '正在分析…',
  namesNothing: '它仅输出嵌入向量，请另选一个。',
  differs: '不同',
  only: (side) => `仅 ${side} 有`,
  waiting: '正在对比…',
  failed: (side) => `${side} 没有可供对比的结果。`,
  same: '结果相同，把握也相同。',
  higher: (side, _points, formatted) => `结果相同；${side} 的概率高 ${formatted} 个百分点。`,
  different: (a, b) => `结果不同：A 认为是 ${a}，B 认为是 ${b}。`,
};

/** The comparison's words in the page's language. */
export const compareText = languageTag === 'en' ? en : zh;
