// What the model's sheet says of the model in use, in each language: not part of the first screen, as all else in en.ts is.

import { languageTag } from './text.ts';

const en = {
  sheet: {
    heading: 'In use',
    none: 'No model is loaded yet.',
    download: 'Download .tflite',
    name: 'Name',
    title: 'Title',
    network: 'Network',
    alpha: 'Width multiplier α',
    resolution: 'Input',
    pixels: (height: string, width: string, grey: boolean) => `${width} × ${height} pixels${grey ? ', grey' : ''}`,
    blocks: 'Blocks',
    blocksOf: {
      MobileNetV1: (n: string) => `${n} depthwise separable convolutions`,
      MobileNetV2: (n: string) => `${n} inverted residuals`,
    },
    classes: 'Classes',
    embedding: 'none, it gives embeddings only',
    labels: 'Labels',
    numbered: 'none, the classes are numbered',
    inFile: 'in the file',
    type: 'Numbers',
    types: {
      uint8: '8-bit integers (uint8)',
      int8: '8-bit integers (int8)',
      float32: '32-bit floating point (float32)',
      float16: '16-bit floating point (float16)',
    },
    /** Of weights that are kept smaller than what is computed with. */
    computed: (stored: string) => `weights: ${stored}; computed in float32`,
    size: 'File',
    parameters: 'Weights',
    multiplyAdds: 'Multiply-adds',
    license: 'Licence',
    note: 'Not used',
  },
  /** A model that gives embeddings only asks first. */
  nameless: {
    title: 'This model can’t label photos',
    detail:
      'It gives embeddings only: numbers by which photos are compared. Folder can find similar photos with it; Photo and Camera can’t say what they show.',
    use: 'Use it',
  },
  normalize: {
    heading: 'What its pixels mean',
    lead: 'The input of this model is floating point, and its file does not say the range. With the wrong one the answers are wrong. Each byte becomes (byte − mean) ÷ deviation.',
    inFile:
      'The file says this range. Choose another one only if the answers are wrong. Each byte becomes (byte − mean) ÷ deviation.',
    presets: 'Range',
    preset: {
      signed: '−1 to 1 (TensorFlow, Keras)',
      unit: '0 to 1',
      bytes: '0 to 255',
      imagenet: 'ImageNet’s mean and deviation (PyTorch)',
      other: 'Other values',
    },
    tryAll: (photo: string) => `Try each one on “${photo}”`,
    stop: 'Stop',
    trying: 'Trying each range…',
    tried: 'The best answer stands beside each range.',
    fits: 'The right range gives answers that fit the photo. With a wrong one they are often the same for every photo, however sure.',
    mean: 'Mean',
    deviation: 'Deviation',
    hint: 'One number, or three for red, green and blue, with spaces between.',
    bad: 'Give one number or three; the deviation is not 0.',
    apply: 'Use this range',
    applied: 'The model now uses this range.',
  },
};

const zh: typeof en = {
  sheet: {
    heading: '正在使用',
    none: '尚未加载模型。',
    download: '下载 .tflite 文件',
    name: '名称',
    title: '标题',
    network: '网络',
    alpha: '宽度系数 α',
    resolution: '输入',
    pixels: (height, width, grey) => `${width} × ${height} 像素${grey ? '，灰度' : ''}`,
    blocks: '模块',
    blocksOf: {
      MobileNetV1: (n) => `${n} 个深度可分离卷积`,
      MobileNetV2: (n) => `${n} 个倒残差`,
    },
    classes: '类别',
    embedding: '无，只输出嵌入向量',
    labels: '标签',
    numbered: '无，类别以编号表示',
    inFile: '文件自带',
    type: '数据类型',
    types: {
      uint8: '8 位整数（uint8）',
      int8: '8 位整数（int8）',
      float32: '32 位浮点（float32）',
      float16: '16 位浮点（float16）',
    },
    computed: (stored) => `权重为${stored}，以 float32 计算`,
    size: '文件',
    parameters: '权重',
    multiplyAdds: '乘加',
    license: '许可证',
    note: '未采用',
  },
  nameless: {
    title: '这个模型无法识别照片',
    detail:
      '它只输出嵌入向量，也就是用来比较照片的数字。“文件夹”可以用它查找相似照片，“照片”和“相机”则无法说出看到了什么。',
    use: '仍然使用',
  },
  normalize: {
    heading: '像素的取值范围',
    lead: '这个模型的输入是浮点数，而文件没有注明取值范围。范围选错，识别结果也会出错。每个字节会换算为（字节 − 均值）÷ 标准差。',
    inFile: '取值范围由文件注明，只有识别结果不对时才需要另选。每个字节会换算为（字节 − 均值）÷ 标准差。',
    presets: '范围',
    preset: {
      signed: '−1 到 1（TensorFlow、Keras）',
      unit: '0 到 1',
      bytes: '0 到 255',
      imagenet: 'ImageNet 的均值和标准差（PyTorch）',
      other: '其他值',
    },
    tryAll: (photo) => `用“${photo}”逐一试试`,
    stop: '停止',
    trying: '正在逐一尝试……',
    tried: '每个范围旁边是它的最佳结果。',
    fits: '范围正确时，识别结果会与照片相符；范围不对时，无论多有把握，不同照片的结果往往都一样。',
    mean: '均值',
    deviation: '标准差',
    hint: '一个数，或红、绿、蓝三个数，以空格分隔。',
    bad: '请输入一个或三个数；标准差不能为 0。',
    apply: '使用此范围',
    applied: '模型现在按此范围读取像素。',
  },
};

/** The words of the model's properties, and of its pixel range, in the page's language. */
export const modelText = languageTag === 'en' ? en : zh;
