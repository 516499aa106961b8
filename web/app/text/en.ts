/** Every sentence of the page, in English. Another language is a file beside this one with the same keys. */
export const en = {
  brand: {
    name: 'Depthwise',
    title: 'Depthwise: what is in your photo?',
    tagline: 'Image recognition inside your browser',
    tabs: 'Parts of this page',
  },

  panels: {
    photo: 'Photo',
    camera: 'Camera',
    folder: 'Folder',
    inside: 'Inside',
    cost: 'Cost',
    model: 'Model',
    about: 'About',
  },

  intro: {
    heading: 'What is in your photo?',
    lead: 'A small neural network tells you, right here in this tab. Your photo is never uploaded.',
  },

  picking: {
    choose: 'Choose a photo',
    hint: 'or drop one anywhere on this page, or paste it',
    sample: 'Try the peacock',
    sampleName: 'peacock',
    drop: 'Drop it anywhere',
  },

  stage: {
    alt: (name: string) => `Your photo: ${name}`,
    pasted: 'pasted picture',
    crop: 'The network sees what is inside the corners.',
  },

  answers: {
    heading: 'Answers',
    list: 'Predictions',
    unsure: {
      title: 'Not sure.',
      detail: 'This network knows 1000 things, and this may not be one of them. Its best guesses:',
    },
    announce: (label: string, probability: string) => `${label}, ${probability}.`,
    announceUnsure: (label: string, probability: string) => `Not sure. Best guess: ${label}, ${probability}.`,
  },

  network: {
    loading: 'Getting the network, once',
    starting: 'Setting up the network',
    waiting: 'Your photo waits for the network',
    bytes: (loaded: string, total: string) => `${loaded} of ${total}`,
    running: 'Looking at your photo',
    ready: 'Ready',
    retry: 'Try again',
    engines: { go: 'Go engine', simd: 'SIMD engine', relaxed: 'Relaxed SIMD engine' },
    threads: (count: number, formatted: string) => (count === 1 ? `${formatted} thread` : `${formatted} threads`),
  },

  /** What went wrong, by the error's code, and what to do. `name` is the file's name, quoted where it is shown. */
  problems: {
    'not-an-image': {
      title: (name: string) => `${name} is not a picture`,
      detail: 'Give it a photo: JPEG, PNG, WebP, GIF or AVIF.',
    },
    'broken-image': {
      title: (name: string) => `${name} cannot be opened`,
      detail:
        'The file is damaged or cut short, or of a format that this browser does not read, such as HEIC. Save it as JPEG and try again.',
    },
    'image-too-large': {
      title: (name: string) => `${name} is too large`,
      detail: 'It has more pixels than this browser can hold in memory. Make it smaller and try again.',
    },
    'url-refused': {
      title: () => 'That was a link, not a picture',
      detail: 'Save the picture on your device first, then drop the file.',
    },
    'no-picture': {
      title: () => 'There was no picture in that',
      detail: 'Copy a photo, or drop an image file.',
    },
    'no-webassembly': {
      title: () => 'This browser cannot run the network',
      detail:
        'It has no WebAssembly, or it is switched off (some browsers do so in their strictest security mode). Use a current version of Firefox, Chrome, Edge or Safari.',
    },
    'model-not-found': {
      title: () => 'The network’s weights are missing',
      detail:
        'The server has no file of that name. If this is your own copy, check that the folder models was uploaded.',
    },
    'model-is-html': {
      title: () => 'The server sent a web page in place of the weights',
      detail: 'Often this is a login page or a “not found” page. If this is your own copy, check the folder models.',
    },
    'model-corrupt': {
      title: () => 'The weights arrived damaged',
      detail: 'They do not match their checksum. Trying again often helps.',
    },
    'model-unsupported': {
      title: () => 'This is not a MobileNetV1 that can be run here',
      detail: 'The page expects a .tflite file of MobileNetV1.',
    },
    'download-failed': {
      title: () => 'The download stopped',
      detail: 'Check the connection, then try again. A photo you gave already is kept.',
    },
    'blocked-by-csp': {
      title: () => 'The site’s security policy blocks the network',
      detail: 'Its Content-Security-Policy needs ‘wasm-unsafe-eval’ in script-src and ‘self’ in worker-src.',
    },
    'worker-failed': {
      title: () => 'The network stopped unexpectedly',
      detail: 'The next try starts it afresh.',
    },
    unknown: {
      title: () => 'That did not work',
      detail: 'Try again. If it keeps failing, reload the page.',
    },
  },
  problemSaid: (message: string) => `What the program said: ${message}`,

  footer: {
    how: 'How it works',
    explanation: [
      'MobileNet v1 is a network of 28 layers, made in 2017 to be small enough for a phone. It splits each convolution in two: one filter for every channel’s depth, hence depthwise, then a mix of the channels.',
      'A program written in Go and compiled to WebAssembly runs it in this tab. It crops the middle of your photo, shrinks it to 224 × 224 pixels, and gives a probability for each of the 1000 things it was taught.',
      'It can be wrong. It has learned only from ImageNet: animals, tools, food, vehicles and other things; no people’s names, no text, no places.',
    ],
    paper: 'The paper',
    weights: 'Weights: MobileNet v1 by Google, Apache 2.0 licence',
    privacy: 'Nothing leaves this tab',
  },
};

/** The shape that every language fills. */
export type Text = typeof en;
