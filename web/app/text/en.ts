/** Every sentence of the page, in English. Another language is a file beside this one with the same keys. */
export const en = {
  brand: {
    name: 'Depthwise',
    title: 'Depthwise: what is in your photo?',
    tabs: 'Parts of this page',
  },

  panels: {
    titles: {
      photo: 'Photo',
      camera: 'Camera',
      folder: 'Folder',
      teach: 'Teach',
      inside: 'Inside the model',
      cost: 'What it costs',
      about: 'About',
    },
    how: 'How it works',
    more: 'About this page',
    unknown: (hash: string) => `There is no page called “${hash}” here.`,
  },

  intro: {
    heading: 'What is in your photo?',
    lead: 'A small AI model tells you, right in your browser. Your photos are never uploaded.',
  },

  notices: {
    close: 'Close',
    cancel: 'Cancel',
    undo: 'Undo',
  },

  picking: {
    choose: 'Choose photos',
    camera: 'Use camera',
    teach: 'Teach your own',
    hint: 'or drop one photo, or hundreds, anywhere on this page',
    drop: 'Drop it anywhere',
  },

  samples: {
    try: 'Or try one of these:',
    tryOne: (name: string) => `Try the ${name}`,
    names: {
      peacock: 'peacock',
      lighthouse: 'lighthouse',
      flower: 'flower',
      mushroom: 'mushroom',
      temple: 'temple',
      gophers: 'toy gopher',
    },
    by: (author: string) => `Photo: ${author}`,
    title: 'The sample photos',
    unknown: (name: string) => `There is no sample photo called “${name}”.`,
    linked: (name: string) => `The address asks for the sample photo of the ${name}.`,
    former: 'Back to my photo',
    credit: (name: string) => `The sample photo of the ${name}. `,
  },

  stage: {
    alt: (name: string) => `Your photo: ${name}`,
    pasted: 'pasted photo',
    seen: {
      center: 'Only the area inside the corners is analysed. The centre crop is usually most accurate.',
      square: 'Only the area inside the corners is analysed, as large as possible.',
      whole: 'The full photo is analysed, squeezed into the model’s shape.',
    },
    drag: ' Drag it to choose another area.',
    /** With a finger. */
    hold: ' To move it, drag a corner, or press and hold.',
    moved: 'Only the area inside the corners is analysed.',
    back: 'Back to the centre',
    frame: {
      label: 'Crop: move with the arrow keys',
      /** Along each side of the photo, '' or 0 where there is no room. */
      place: (across: string | 0, down: string | 0) =>
        [across && `${across} across`, down && `${down} down`].filter(Boolean).join(', '),
    },
    careful: {
      2: 'Averages two versions: the square crop, and a closer crop as a mirror image.',
      4: 'Averages four versions: the square crop, a closer crop, and a mirror image of each.',
    },
  },

  /** Which part of a photo is analysed, and how often. */
  cropSettings: {
    crop: 'Crop',
    crops: { center: 'Centre', square: 'Square', whole: 'Full photo' },
    careful: 'Extra checks',
    views: { 1: 'Off', 2: '2 passes', 4: '4 passes' },
    slower: 'Extra checks are slower but more accurate.',
    fixed: 'Extra checks always use the square crop.',
  },

  answers: {
    heading: 'Results',
    list: 'Predictions',
    hint: 'Select a result to see why.',
    sure: 'This looks like',
    unsure: {
      title: 'Not sure.',
      detail: (things: string) =>
        `The model recognises ${things} things; this may not be one of them. Its best guesses:`,
      /** Of a question mark behind a label. */
      legend: 'The model is not sure.',
    },
    announce: (label: string, probability: string) => `${label}, ${probability}.`,
    announceUnsure: (label: string, probability: string) => `Not sure. Best guess: ${label}, ${probability}.`,
  },

  /** The heat map over a photo: which parts of it point to an answer. */
  why: {
    title: (label: string) => `Why “${label}”?`,
    little: 'less',
    much: 'more',
    /** place is 0 to 8, a ninth of the crop, from left to right and top to bottom; -1: no place. */
    map: (label: string, place: number) =>
      place < 0
        ? `No part of the photo points to ${label}.`
        : `What points most to ${label} is ${
            [
              'at the top left',
              'at the top',
              'at the top right',
              'at the left',
              'in the middle',
              'at the right',
              'at the bottom left',
              'at the bottom',
              'at the bottom right',
            ][place]
          }.`,
  },

  /** What went over the network since a photo was opened. */
  requests: {
    /** own: all of them for parts of this page. */
    since: (n: number, formatted: string, own: boolean) =>
      n === 0
        ? 'No requests since you opened this photo.'
        : own
          ? 'Your photo has not left this device: the only requests were for parts of this page.'
          : `${formatted} ${n === 1 ? 'request' : 'requests'} since you opened this photo.`,
    hint: 'Try aeroplane mode: everything still works.',
  },

  /** The button; the rest is in compare.ts. */
  compare: 'Compare',

  /** The photo with its answers, as an image file. */
  card: {
    group: 'Save, share or compare the result',
    save: 'Save',
    share: 'Share',
    saved: (file: string) => `Saved as ${file}`,
    by: 'Recognised in the browser by MobileNetV1 · Depthwise',
  },

  network: {
    loading: 'Downloading the model (first visit only)',
    starting: 'Starting the model…',
    waiting: 'Loading the model first…',
    bytes: (loaded: string, total: string) => `${loaded} of ${total}`,
    running: 'Analysing your photo…',
    ready: 'Ready',
    retry: 'Try again',
    times: (total: string, model: string) => `${total} total, ${model} model`,
    details: 'Details',
    parts: { decode: 'Decode', resize: 'Resize', model: 'Model', total: 'Total', engine: 'Engine', threads: 'Threads' },
    engines: { go: 'Go', simd: 'SIMD', relaxed: 'Relaxed SIMD', dot: 'Relaxed SIMD, dot products' },
  },

  /** What went wrong, by the error's code, and what to do. `name` is the file's name, quoted where it is shown. */
  problems: {
    'empty-file': {
      title: (name: string) => `${name} is empty`,
      detail: 'It may not have finished copying or downloading. Try getting it again.',
    },
    'not-an-image': {
      title: (name: string) => `${name} isn’t an image`,
      detail: 'Use JPEG, PNG, WebP, GIF, AVIF or SVG.',
    },
    'broken-image': {
      title: (name: string) => `${name} can’t be opened`,
      detail: 'It is damaged or incomplete, or this browser can’t open its format. Save it as JPEG and try again.',
    },
    'rare-format': {
      title: (name: string, format: string) => `${name}: this browser can’t open ${format} files`,
      detail: 'Or the file is damaged. Save it as JPEG and try again.',
    },
    heic: {
      title: (name: string) => `${name} is a HEIC photo`,
      detail:
        'This browser can’t open iPhone HEIC photos, and what opens them here could not be downloaded. Try again when you are online, or share or export it as JPEG.',
    },
    'broken-heic': {
      title: (name: string) => `${name} is a HEIC photo that can’t be opened`,
      detail:
        'It is damaged or incomplete, or has something that is not read here, such as transparent parts. Export it as JPEG and try again.',
    },
    'image-too-large': {
      title: (name: string) => `${name} is too large`,
      detail: 'It has more pixels than this browser can hold in memory. Make it smaller and try again.',
    },
    'url-refused': {
      title: () => 'That was a link, not an image',
      detail: 'Save the image on your device first, then drop the file.',
    },
    'no-image': {
      title: () => 'No image found',
      detail: 'Copy a photo, or drop an image file.',
    },
    'no-webassembly': {
      title: () => 'This browser can’t run the model',
      detail:
        'It has no WebAssembly, or it is switched off (some browsers do so in their strictest security mode). Use a current version of Firefox, Chrome, Edge or Safari.',
    },
    'no-module-workers': {
      title: () => 'This browser is too old for the model',
      detail: 'Update it, or use another: Firefox from 114, Safari from 16.4, Chrome or Edge from 94.',
    },
    'model-not-found': {
      title: () => 'The model is missing',
      detail:
        'The server has no file of that name. If this is your own copy, check that the folder models was uploaded.',
    },
    'model-is-html': {
      title: () => 'The server sent a web page instead of the model',
      detail: 'Often this is a login page or a “not found” page. If this is your own copy, check the folder models.',
    },
    'labels-not-found': {
      title: () => 'The model’s labels are missing',
      detail:
        'The server has no such file, or sent a web page in its place. If this is your own copy, check that the folder models was uploaded.',
    },
    'model-corrupt': {
      title: () => 'The model arrived damaged',
      detail: 'It does not match its checksum. Trying again often helps.',
    },
    'model-unsupported': {
      title: () => 'This model can’t run here',
      detail: 'The page expects a .tflite file of MobileNetV1 or MobileNetV2.',
    },
    'names-nothing': {
      title: () => 'This model can’t label photos',
      detail:
        'It gives embeddings only: numbers by which photos are compared. Choose another model at the top of the page.',
    },
    'download-failed': {
      title: () => 'The download stopped',
      detail: 'Check the connection, then try again. Your photo is kept.',
    },
    'blocked-by-csp': {
      title: () => 'The site’s security policy blocks the model',
      detail: 'Its Content-Security-Policy needs ‘wasm-unsafe-eval’ in script-src and ‘self’ in worker-src.',
    },
    'worker-failed': {
      title: () => 'The model stopped unexpectedly',
      detail: 'Try again to restart it.',
    },
    unknown: {
      title: () => 'That did not work',
      detail: 'Try again. If it keeps failing, reload the page.',
    },
  },
  /** Where an image's size is known: both begin with `size`, in which limit may be missing. */
  tooLarge: {
    size: (width: string, height: string, megapixels: string, limit?: string) =>
      `${width} × ${height} pixels (${megapixels} megapixels)${
        limit ? `; this browser can open up to ${limit} megapixels` : ', more than this browser can hold in memory'
      }`,
    detail: (size: string) => `It is ${size}. Make it smaller and try again.`,
    reason: (size: string) => `is ${size}`,
  },
  problemSaid: (message: string) => `Details: ${message}`,

  /** Many photos at once. n and its formatted form come together, so that a language can choose the right plural. */
  folder: {
    heading: 'What is in your folder?',
    lead: 'Label, sort and compare hundreds of photos, right in your browser. None is uploaded.',
    chooseFolder: 'Choose a folder',
    chooseFiles: 'Choose photos',
    hint: 'or drop a folder, or many photos, anywhere on this page',
    addFolder: 'Add a folder',
    addFiles: 'Add photos',
    clear: 'Start over',
    cleared: (n: number, formatted: string) =>
      n === 1 ? `${formatted} photo and its results are gone.` : `${formatted} photos and their results are gone.`,

    progress: 'Photos analysed',
    of: (done: string, all: string) => `${done} of ${all} photos`,
    all: (n: number, formatted: string) => (n === 1 ? `${formatted} photo` : `${formatted} photos`),
    rate: (n: string) => `${n} a second`,
    left: (time: string) => `${time} left`,
    took: (time: string) => `in ${time}`,
    failed: (n: number, formatted: string) =>
      n === 1 ? `${formatted} file could not be read` : `${formatted} files could not be read`,
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel',
    paused: 'Paused',

    settings: 'Filter and sort',
    label: 'Label contains',
    /** In the empty field. */
    labelHint: 'or group: birds, food',
    confidence: 'Confidence',
    confidenceSide: 'Confidence at least or below',
    sides: { least: 'at least', below: 'below' },
    sort: 'Sort by',
    sorts: {
      order: 'order of files',
      name: 'name',
      label: 'label',
      confidence: 'confidence',
      similarity: 'similarity',
    },
    descending: 'Descending',
    groupBy: 'Group by',
    groupings: { none: 'nothing', label: 'label', group: 'group (dogs, birds…)' },

    photos: 'Photos',
    waiting: 'Not analysed yet',
    unnamed: 'No label',
    ungrouped: 'No group',
    group: (label: string, n: string) => `${label}, ${n}`,
    keys: 'Arrow keys move, Space selects, Shift extends, Ctrl+A selects all, Enter shows the answers.',
    shown: (n: string, all: string) => `${n} of ${all} shown`,
    nothing: 'No photos match.',
    everything: 'Show all',

    selected: (n: string) => `${n} selected`,
    selectAll: 'Select all',
    selectNone: 'Select none',
    exports: {
      all: 'Export all as',
      shown: (n: string) => `Export ${n} shown as`,
      selected: (n: string) => `Export ${n} selected as`,
    },

    frequent: 'Most common',
    countBy: 'Count by',
    countings: { label: 'Labels', group: 'Groups' },
    /** Before a label or a group and how often it was given. */
    only: 'Show only',
    others: {
      label: (n: number, formatted: string) =>
        n === 1 ? `and ${formatted} other label` : `and ${formatted} other labels`,
      group: (n: number, formatted: string) =>
        n === 1 ? `and ${formatted} other group` : `and ${formatted} other groups`,
    },
    choose: 'Select a photo to see its results and find similar ones.',
    photo: 'Open in Photo',

    alike: {
      find: 'More like this',
      title: (name: string) => `Most similar to “${name}” first`,
      reverse: (name: string) => `Least similar to “${name}” first`,
      figure: (percent: string) => `${percent} similar`,
      everything: 'Show all again',
      /** Where nothing is hidden. */
      back: 'Back to the former order',
    },

    changed: 'Settings have changed since these results.',
    again: 'Re-run all',
    looks: 'Analysis settings',

    more: 'Show more',
    reasons: {
      'empty-file': 'is empty',
      'not-an-image': 'isn’t an image',
      'broken-image': 'is damaged, or of a format that this browser can’t open',
      'image-too-large': 'has more pixels than this browser can hold in memory',
      heic: 'is a HEIC photo, and what opens these could not be downloaded',
      'broken-heic': 'is a HEIC photo that is damaged, or of a kind that is not read here',
      unreadable: 'could not be opened',
      'worker-failed': 'crashed the model twice',
    },
    reasonFormat: (format: string) => `is damaged, or of a format that this browser can’t open: ${format}`,
    reasonUnknown: (message: string) => `could not be analysed: ${message}`,
  },

  camera: {
    heading: 'What does your camera see?',
    lead: 'Recognised live, right in your browser. Nothing is uploaded.',
    start: 'Start the camera',
    cancel: 'Cancel',
    stop: 'Stop',
    asking: {
      heading: 'Waiting for your camera',
      lead: 'If your browser asks whether this page may use it, choose “Allow”.',
    },
    freeze: 'Freeze',
    resume: 'Resume',
    save: 'Save the photo with its results',
    which: 'Camera',
    unnamed: (number: string) => `Camera ${number}`,
    turn: { user: 'Use the front camera', environment: 'Use the rear camera' },
    steady: 'Steady results',
    mirror: 'Mirror image',
    heat: 'Show heat map',
    live: 'Live view of your camera',
    frozen: 'Frozen frame of your camera',
    badge: { live: 'Live', frozen: 'Frozen' },
    looking: 'Analysing…',
    unsure: 'Not sure. Its best guesses:',
    muted: 'The camera sends no image at the moment. Is it covered or switched off, or used by a call?',
    rate: (count: number, frames: string, time: string) =>
      `${frames} ${count === 1 ? 'frame' : 'frames'} a second · ${time} a frame`,
    still: (time: string) => `This one frame · ${time}`,
    announce: {
      live: 'The camera is on.',
      off: 'The camera is off.',
      unsure: 'Not sure.',
      frozen: (answer: string) => `Frozen. ${answer}`,
    },
    /** Why there is no image, and what to do. */
    problems: {
      insecure: {
        title: 'The camera needs a secure address',
        detail:
          'Browsers give it only to pages from https addresses and from localhost. Open this page from such a one.',
      },
      unsupported: {
        title: 'This browser gives pages no camera',
        detail: 'Use a current version of Firefox, Chrome, Edge or Safari itself, not the browser inside another app.',
      },
      embedded: {
        title: 'The site around this page keeps the camera from it',
        detail: 'Open this page in a tab of its own, or have that site allow the camera for its frame.',
      },
      blocked: {
        title: 'This page may not use the camera',
        detail:
          'Your browser remembers a “no”. Allow the camera in the settings of this site, behind the icon left of its address, then start again.',
      },
      dismissed: {
        title: 'The camera was not allowed',
        detail: 'Start again, and choose “Allow” when your browser asks. What it sees stays in this tab.',
      },
      system: {
        title: 'Your device keeps the camera from the browser',
        detail: 'Allow the camera for this browser in the privacy settings of your system, then start again.',
      },
      none: {
        title: 'No camera was found',
        detail: 'Plug one in or switch it on, then start again. Or take a photo elsewhere and drop it on this page.',
      },
      busy: {
        title: 'The camera is in use elsewhere',
        detail: 'Close the other program or tab that uses it, such as a video call, then start again.',
      },
      ended: {
        title: 'The camera is gone',
        detail: 'It was unplugged, or something else has taken it. Bring it back, then start again.',
      },
      away: {
        title: 'The camera was switched off',
        detail: 'You were away from this page for a while, and it does not watch unseen. Start again when you like.',
      },
      left: {
        title: 'The camera was switched off',
        detail: 'You left this tab of the page, and it does not watch unseen. Start again when you like.',
      },
      unknown: {
        title: 'The camera did not start',
        detail: 'Start again. If that does not help, unplug the camera or restart the browser.',
      },
    },
  },

  inside: {
    heading: 'Inside the model',
    lead: (layers: string) =>
      `A photo goes through ${layers} layers, one after the other. Choose one to see what it makes of yours.`,
    layers: 'Layers',
    columns: {
      layer: 'Layer',
      output: 'Output',
      kernel: 'Kernel',
      parameters: 'Parameters',
      multiplyAdds: 'Multiply-adds',
      time: 'Time',
    },
    modelTime: 'Model time',
    /** What a figure is, for who hears it. */
    of: {
      parameters: (share: string) => `parameters, ${share} of all`,
      multiplyAdds: (share: string) => `multiply-adds, ${share} of all`,
      time: (share: string) => `${share} of the time`,
      count: (parameters: string) => `${parameters} parameters`,
      adds: (multiplyAdds: string) => `${multiplyAdds} multiply-adds`,
    },
    kinds: {
      conv: 'standard',
      depthwise: 'depthwise',
      pointwise: 'pointwise',
      add: 'addition',
      average_pool: 'average',
      fully_connected: 'classifier',
    },
    /** What a kind does, for someone who has never heard of it. */
    inWords: {
      conv: 'Looks at each small window of the photo, in all its colours at once.',
      depthwise: 'Looks for one pattern in each channel, by itself.',
      pointwise: 'Mixes the channels at each place: simple patterns become parts of things.',
      add: 'Adds what came into the block, so that nothing found before is lost.',
      average_pool: 'Keeps one number of each map: how much of its pattern there is.',
      fully_connected: 'Turns these numbers into a score for each label.',
    },
    explanations: {
      conv: (channels: string, colours: string) =>
        `The only standard convolution: each of its ${channels} filters looks at a small window of the photo${colours === '3' ? ' in all three colours at once' : ''}.`,
      depthwise: (channels: string) =>
        `Each of the ${channels} channels is filtered by itself, with a 3 × 3 kernel of its own. That is cheap, but the channels do not meet.`,
      pointwise: (channels: string, inputs: string) =>
        `Here the channels meet: each of the ${channels} maps is a mix of the ${inputs} maps below, pixel by pixel.`,
      add: (channels: string) =>
        `What came into the block is added to its ${channels} maps, so that each block only has to learn what to change.`,
      average_pool: (channels: string) =>
        `Each map becomes one number, its mean. These ${channels} numbers describe the whole photo.`,
      fully_connected: (channels: string, inputs: string) =>
        `Each of the ${channels} classes weighs the ${inputs} numbers in its own way. The largest score is the answer.`,
    },
    /** A fully connected layer before the classifier. */
    dense: {
      kind: 'dense',
      explanation: (channels: string, inputs: string) =>
        `Each of the ${channels} outputs weighs all ${inputs} numbers before it.`,
    },
    kernel: (size: string, stride: string) => `${size}, stride ${stride}`,
    stride: (stride: string) => `stride ${stride}`,
    measuring: 'Measuring the time of each layer on this device …',
    later: 'The layers are timed once the camera is off.',
    shares: (pointwise: string, pointwiseTime: string, depthwise: string, depthwiseTime: string) =>
      `Pointwise layers do ${pointwise} of the multiply-adds and take ${pointwiseTime} of the time; depthwise layers do ${depthwise} and take ${depthwiseTime}.`,
    again: 'Measure again',
    /** How the times came about. */
    means: (n: number, formatted: string) =>
      n === 1 ? `From ${formatted} run of the model.` : `Means of ${formatted} runs of the model.`,
    coarse: (means: string, step: string) =>
      `${means} The clock here moves in steps of ${step}, so the shortest times are rough.`,
    shows: (name: string) => `Shown: what the model makes of “${name}”.`,
    live: {
      start: 'Show it live with your camera',
      stop: 'Stop the camera',
      on: 'The camera is on. The maps follow it, and nothing is uploaded.',
    },
    choices: { view: 'What to show', sort: 'Order' },
    views: { maps: 'Feature maps', kernels: 'Kernels' },
    sorts: { activity: 'Most active first', index: 'In order' },
    channel: (number: string) => `Channel ${number}`,
    place: (row: string, column: string) => `row ${row}, column ${column}`,
    colours: (red: string, green: string, blue: string) => `red ${red}, green ${green}, blue ${blue}`,
    filterColours: 'Grey is no weight; each filter on its own scale',
    signed: ['minus', 'plus'],
    hover: 'Point at one to read its values, choose one to enlarge it.',
    more: (count: string) => `Show all ${count}`,
    fewer: (count: string) => `Show the first ${count}`,
    mixed: (inputs: string[]) => `Mixed most from ${inputs.join(', ')}`,
    input: (channel: string, weight: string) => `channel ${channel} (${weight})`,
    zoom: {
      seen: 'What the model sees',
      kernel: 'Its kernel',
      keys: 'Move with the arrow keys to read the values.',
    },
  },

  model: {
    chip: {
      model: 'Model: ',
      loading: 'Loading the model…',
      none: 'No model',
      things: (n: number, formatted: string) => (n === 1 ? `${formatted} thing` : `${formatted} things`),
      embeddings: 'embeddings only',
    },
    heading: 'Choose a model',
    lead: 'Smaller models are faster; larger ones are more accurate.',
    list: 'Models',
    facts: (alpha: string, resolution: string, type: string, size: string) =>
      `α ${alpha} · ${resolution} × ${resolution} · ${type} · ${size}`,
    own: {
      heading: 'Your own model',
      lead: 'Drop a .tflite file of MobileNetV1 or MobileNetV2 here: any width, resolution and number of classes, quantised or float32. Add a text file with one label per line to name the classes. Both stay on this device.',
      choose: 'Choose a .tflite file',
      labels: 'Choose labels',
      imageNet: 'Use ImageNet’s labels',
      imageNetName: 'ImageNet',
      /** Below answers such as "class 85". */
      numbered: 'This model came without labels.',
      forget: 'Remove this model',
      forgotten: 'It is removed.',
      notKept: 'This browser keeps nothing here, so the choice lasts until you close the page.',
    },
    /** Why a model was not taken, by the error’s code. */
    refused: {
      'model-unsupported': {
        title: (name: string) => `${name} can’t run here`,
        detail: 'It isn’t a MobileNetV1 or MobileNetV2 that this page can read.',
      },
      'model-corrupt': {
        title: (name: string) => `${name} is damaged or incomplete`,
        detail: 'It isn’t a whole .tflite file. Try getting it again.',
      },
      'bad-argument': {
        title: (name: string) => `${name} doesn’t fit this model`,
        detail: 'It needs one label per line, one for each class.',
      },
    },
    details: 'Details',
    former: 'Your previous model is still in use.',
    noFile: {
      title: 'No model found',
      detail: 'Drop a .tflite file, or a text file with its labels.',
    },
    labelsAlone: {
      title: 'Labels alone are not a model',
      detail: 'Give the .tflite file first, or both together.',
    },
  },

  about: {
    what: 'What this is',
    explanation: [
      'MobileNetV1 is a network of 28 layers, made in 2017 to be small enough for a phone. It splits each convolution in two: one filter for every channel’s depth, hence depthwise, then a mix of the channels.',
      'A program written in Go and compiled to WebAssembly runs it in this tab. It crops the middle of your photo, shrinks it to 224 × 224 pixels, and gives a probability for each of the 1,000 things it was taught.',
      'It can be wrong. It has learned only from ImageNet: animals, tools, food, vehicles and other things; no people’s names, no text, no places.',
    ],
    paper: 'The paper',
    offline: {
      heading: 'On this device',
      states: {
        unsupported: 'This browser, or this address, does not let pages work offline. Everything else works.',
        waiting: 'Once the model is loaded, the page is kept for use without a connection.',
        preparing: 'The page is being kept for use without a connection.',
        ready: 'The page works without a connection, too.',
        failed: 'The page could not be kept for use without a connection. It tries again at your next visit.',
        cleared: 'Everything is removed. What you see now lasts until you close the page.',
      },
      private: 'Nothing you show the page is ever sent anywhere. There is no account, no cookie, no tracking.',
      install: 'Install as an app',
      usage: 'Storage',
      files: 'Page and models',
      own: 'Your own model',
      site: 'All of this site, as the browser counts',
      clear: 'Remove everything',
      ask: 'Remove everything?',
    },
    threads: {
      heading: 'Several threads',
      host: 'The site that serves this page isolates it from other pages, so the model may use several threads.',
      worker:
        'Several threads need a page that is isolated from others. This site does not arrange that, so the page does it by itself, on this device.',
      nobody: 'This page is not isolated from others, so the model uses one thread.',
      insecure: 'Several threads need a secure address (https), and this one is not, so the model uses one thread.',
      unshared: 'This browser has no memory that threads could share, so the model uses one thread.',
      allow: 'Let the page isolate itself',
    },
    /** What the page does because the browser lacks something. */
    browser: {
      heading: 'This browser',
      engines: {
        simd: 'It lacks instructions that the fastest engine needs (relaxed SIMD), so the SIMD engine computes.',
        go: 'The faster engines do not run in it, so the Go engine computes, which takes many times as long.',
      },
      draws: 'It cannot draw in a worker, so the page itself draws each photo for the model.',
      altered: 'To prevent tracking, it slightly alters what pages read of images, so results may differ a little.',
      frames:
        'It does not tell when the camera has a new frame, so the page looks for one with each frame of the screen.',
    },
    language: 'Language',
    embed: {
      heading: 'Use it on your site',
      element: 'No code? Two lines of HTML give a place to drop a photo, and its results:',
      script: 'Or call the model from your own code:',
      own: 'For your own site, copy the page’s folder onto it and name that address. It needs nothing else.',
      api: 'All that the library can do',
      copy: 'Copy',
      copied: 'Copied',
    },
    licences: {
      heading: 'Licences',
      page: (version: string) => `Depthwise ${version}, this page and its program: Apache 2.0.`,
      weights: 'MobileNetV1’s weights and labels, by Google: Apache 2.0.',
      wordnet: 'What labels mean, and their groups, from WordNet 3.0 by Princeton University: WordNet licence.',
      go: 'The Go runtime inside: BSD, by The Go Authors.',
    },
  },

  update: {
    ready: 'A new version of this page is ready.',
    show: 'Show it',
  },

  footer: {
    privacy: 'Runs on your device.',
    /** As soon as it does. */
    offline: 'Runs on your device. Works offline.',
  },
};

/** The shape that every language fills. */
export type Text = typeof en;
