// What is said outside of Teach of what was taught there, in each language: not part of the first screen.

import { languageTag } from './text.ts';

const en = {
  /** The storage that it takes. */
  usage: 'What you taught',
  /** Below a model's name, in the list of models. */
  here: 'Taught by you',
  asked:
    'The page, its models, your own model, everything you taught and your settings are removed from this device. It will need a connection to come back.',
};

const zh: typeof en = {
  usage: '你教的内容',
  here: '由你教出的模型',
  asked: '页面、模型、你自己的模型、你教的一切和设置都会从此设备上删除。再次使用需要联网。',
};

export const taughtText = languageTag === 'en' ? en : zh;
