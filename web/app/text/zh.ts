import type { Text } from './en.ts';

/** A space after a number that ends in a digit; none after one that ends in a character, as 569万 does. */
const gap = (number: string): string => (/\d$/.test(number) ? ' ' : '');

/** Every sentence of the page, in Simplified Chinese. The network's labels stay English. */
export const zh: Text = {
  brand: {
    name: 'Depthwise',
    title: 'Depthwise：照片里是什么？',
    tabs: '页面的各部分',
  },

  panels: {
    titles: {
      photo: '照片',
      camera: '摄像头',
      folder: '文件夹',
      teach: '训练',
      inside: '模型内部',
      cost: '计算量',
      about: '关于',
    },
    how: '工作原理',
    more: '关于本页面',
    unknown: (hash) => `这里没有名为“${hash}”的页面。`,
  },

  intro: {
    heading: '照片里是什么？',
    lead: '一个小巧的 AI 模型就在你的浏览器里识别，照片不会上传。',
  },

  notices: {
    close: '关闭',
    cancel: '取消',
    undo: '撤销',
  },

  picking: {
    choose: '选择照片',
    camera: '使用摄像头',
    teach: '教它新东西',
    hint: '也可以把一张或几百张照片拖放到页面任意位置',
    drop: '松开即可',
  },

  samples: {
    try: '或试试这些照片',
    tryOne: (name) => `试试${name}`,
    names: {
      peacock: '孔雀',
      lighthouse: '灯塔',
      flower: '花朵',
      mushroom: '蘑菇',
      temple: '寺院',
      gophers: '地鼠玩偶',
    },
    by: (author) => `照片：${author}`,
    title: '示例照片',
    unknown: (name) => `没有名为“${name}”的示例照片。`,
    linked: (name) => `这个网址指向示例照片：${name}。`,
    former: '回到我的照片',
    credit: (name) => `示例照片“${name}”。`,
  },

  stage: {
    alt: (name) => `你的照片：${name}`,
    pasted: '粘贴的图片',
    seen: {
      center: '模型看到的是四角标记之内的部分：图片正中，通常识别得最准。',
      square: '模型看到的是四角标记之内的部分，已取到最大。',
      whole: '模型看到整张图片，只是压缩成了模型的输入形状。',
    },
    drag: '拖动它，可以换一个区域。',
    hold: '拖动任一角，或者按住它再拖动，可以换一个区域。',
    moved: '模型看到的是四角标记之内的部分。',
    back: '移回正中',
    frame: {
      label: '裁剪：用方向键移动',
      place: (across, down) => [across && `横向 ${across}`, down && `纵向 ${down}`].filter(Boolean).join('，'),
    },
    careful: {
      2: '取两次识别的平均：四角标记之内的正方形，以及镜像后拉近的一次。',
      4: '取四次识别的平均：四角标记之内的正方形和拉近的一次，再各加一次镜像。',
    },
  },

  cropSettings: {
    crop: '裁剪',
    crops: { center: '中央', square: '正方形', whole: '整张' },
    careful: '额外检查',
    views: { 1: '关', 2: '2 次', 4: '4 次' },
    slower: '额外检查较慢，但更准确。',
    fixed: '额外检查固定使用正方形裁剪。',
  },

  answers: {
    heading: '结果',
    list: '识别结果',
    hint: '选择一个结果，看看它的依据在图中哪里。',
    sure: '看起来像',
    unsure: {
      title: '不太确定。',
      detail: (things) => `这个模型只认识 ${things} 种事物，图中的东西可能不在其中。最接近的猜测：`,
      /** Of a question mark behind a label. */
      legend: '模型不太确定。',
    },
    announce: (label, probability) => `${label}，${probability}。`,
    announceUnsure: (label, probability) => `不太确定。最可能是 ${label}，${probability}。`,
  },

  why: {
    title: (label) => `“${label}”的依据`,
    little: '弱',
    much: '强',
    map: (label, place) =>
      place < 0
        ? `图中没有支持“${label}”的部分。`
        : `最支持“${label}”的部分在${['左上方', '上方', '右上方', '左侧', '正中', '右侧', '左下方', '下方', '右下方'][place]}。`,
  },

  requests: {
    since: (n, formatted, own) =>
      n === 0
        ? '打开这张照片后没有任何网络请求。'
        : own
          ? '照片没有离开这台设备：打开之后的网络请求都只是获取本页面自身的文件。'
          : `打开这张照片后有 ${formatted} 个网络请求。`,
    hint: '可以试试飞行模式：一切照常。',
  },

  compare: '对比',

  card: {
    group: '保存、分享或对比结果',
    save: '保存',
    share: '分享',
    saved: (file) => `已保存为 ${file}`,
    by: '由 MobileNetV1 在浏览器中识别 · Depthwise',
  },

  network: {
    loading: '正在下载模型（仅需一次）',
    starting: '正在准备模型',
    waiting: '照片已收到，先加载模型…',
    bytes: (loaded, total) => `${loaded} / ${total}`,
    running: '正在识别照片',
    ready: '就绪',
    retry: '重试',
    times: (total, model) => `共 ${total}，模型 ${model}`,
    details: '详情',
    parts: { decode: '解码', resize: '缩放', model: '模型', total: '总计', engine: '引擎', threads: '线程' },
    engines: { go: 'Go', simd: 'SIMD', relaxed: 'Relaxed SIMD', dot: 'Relaxed SIMD（点积）' },
  },

  problems: {
    'empty-file': {
      title: (name) => `${name}是空文件`,
      detail: '文件里没有任何内容：可能没有复制或下载完整。请重新获取。',
    },
    'not-an-image': {
      title: (name) => `${name}不是图片`,
      detail: '请选择一张照片：JPEG、PNG、WebP、GIF 或 AVIF。',
    },
    'broken-image': {
      title: (name) => `${name}打不开`,
      detail: '文件已损坏或不完整，或者是此浏览器不支持的格式。请另存为 JPEG 再试。',
    },
    'rare-format': {
      title: (name, format) => `${name}是 ${format} 格式的图片`,
      detail: '此浏览器不支持这种格式，或者文件已损坏。请另存为 JPEG 再试。',
    },
    heic: {
      title: (name) => `${name}是 HEIC 照片`,
      detail: '此浏览器不支持 iPhone 的这种格式，而读取它所需的组件没能下载。请联网后再试，或者以 JPEG 共享或导出。',
    },
    'broken-heic': {
      title: (name) => `${name}是 HEIC 照片，但打不开`,
      detail: '文件已损坏或不完整，或者含有这里不支持的内容，例如透明部分。请导出为 JPEG 再试。',
    },
    'image-too-large': {
      title: (name) => `${name}太大了`,
      detail: '像素太多，此浏览器的内存放不下。请缩小后再试。',
    },
    'url-refused': {
      title: () => '这是链接，不是图片',
      detail: '请先把图片保存到设备上，再拖放文件。',
    },
    'no-image': {
      title: () => '没有找到图片',
      detail: '请复制一张照片，或拖放图片文件。',
    },
    'no-webassembly': {
      title: () => '此浏览器无法运行这个模型',
      detail:
        '它没有 WebAssembly，或已将其关闭（有些浏览器在最严格的安全模式下会这样）。请使用新版的 Firefox、Chrome、Edge 或 Safari。',
    },
    'no-module-workers': {
      title: () => '此浏览器太旧，无法运行这个模型',
      detail: '请更新浏览器，或改用 Firefox 114、Safari 16.4、Chrome 94、Edge 94 或更新的版本。',
    },
    'model-not-found': {
      title: () => '找不到模型的权重',
      detail: '服务器上没有这个文件。如果这是你自己的副本，请检查是否上传了 models 文件夹。',
    },
    'model-is-html': {
      title: () => '服务器发来的是网页，不是权重',
      detail: '多半是登录页或“未找到”页面。如果这是你自己的副本，请检查 models 文件夹。',
    },
    'labels-not-found': {
      title: () => '缺少模型的标签',
      detail: '服务器没有此文件，或发来的是网页。如果这是你自己的副本，请检查 models 文件夹是否已上传。',
    },
    'model-corrupt': {
      title: () => '收到的权重已损坏',
      detail: '它与校验值不符，重试通常可以解决。',
    },
    'model-unsupported': {
      title: () => '此模型无法在此运行',
      detail: '页面需要 MobileNetV1 或 MobileNetV2 的 .tflite 文件。',
    },
    'names-nothing': {
      title: () => '这个模型不能为图片命名',
      detail: '它只输出用来比较图片的嵌入向量。请在“模型”中选择其他模型。',
    },
    'download-failed': {
      title: () => '下载中断了',
      detail: '请检查网络连接后重试。已选的照片会保留。',
    },
    'blocked-by-csp': {
      title: () => '网站的安全策略阻止了模型运行',
      detail: '它的 Content-Security-Policy 需要在 script-src 中加入 ‘wasm-unsafe-eval’，在 worker-src 中加入 ‘self’。',
    },
    'worker-failed': {
      title: () => '模型意外停止了',
      detail: '再试一次会重新启动它。',
    },
    unknown: {
      title: () => '出了点问题',
      detail: '请重试。如果一直不行，请重新加载页面。',
    },
  },
  tooLarge: {
    size: (width, height, megapixels, limit) =>
      `${width} × ${height} 像素（${megapixels} 百万像素），${
        limit ? `此浏览器最多能打开 ${limit} 百万像素` : '此浏览器的内存放不下'
      }`,
    detail: (size) => `图片为 ${size}。请缩小后再试。`,
    reason: (size) => `为 ${size}`,
  },
  problemSaid: (message) => `程序给出的信息：${message}`,

  folder: {
    heading: '文件夹里有什么？',
    lead: '放进几百张照片，就在这个标签页里逐张识别、分类、互相比较，全程不上传。',
    chooseFolder: '选择文件夹',
    chooseFiles: '选择照片',
    hint: '也可以把文件夹或多张照片拖放到页面任意位置',
    addFolder: '添加文件夹',
    addFiles: '添加照片',
    clear: '重新开始',
    cleared: (_n, formatted) => `${formatted} 张照片及其结果已清除。`,

    progress: '已识别的照片',
    of: (done, all) => `${done} / ${all} 张照片`,
    all: (_, formatted) => `${formatted} 张照片`,
    rate: (n) => `每秒 ${n} 张`,
    left: (time) => `还需 ${time}`,
    took: (time) => `用时 ${time}`,
    failed: (_, formatted) => `${formatted} 个文件无法读取`,
    pause: '暂停',
    resume: '继续',
    cancel: '取消',
    paused: '已暂停',

    settings: '筛选和排序',
    label: '标签包含',
    labelHint: '或类别：鸟类、食物',
    confidence: '置信度',
    confidenceSide: '置信度不低于或低于',
    sides: { least: '不低于', below: '低于' },
    sort: '排序',
    sorts: { order: '文件顺序', name: '名称', label: '标签', confidence: '置信度', similarity: '相似度' },
    descending: '倒序',
    groupBy: '分组',
    groupings: { none: '不分组', label: '按标签', group: '按类别（狗、鸟类……）' },

    photos: '照片',
    waiting: '尚未识别',
    unnamed: '没有标签',
    ungrouped: '没有类别',
    group: (label, n) => `${label}，${n}`,
    keys: '方向键移动，空格键选择，Shift 扩大选择，Ctrl+A 全选，回车键显示结果。',
    shown: (n, all) => `显示 ${n} / ${all}`,
    nothing: '没有符合条件的照片。',
    everything: '全部显示',

    selected: (n) => `已选 ${n} 张`,
    selectAll: '全选',
    selectNone: '取消选择',
    exports: {
      all: '全部导出为',
      shown: (n) => `将显示的 ${n} 张导出为`,
      selected: (n) => `将所选 ${n} 张导出为`,
    },

    frequent: '最常见',
    countBy: '统计方式',
    countings: { label: '标签', group: '类别' },
    only: '只显示',
    others: {
      label: (_, formatted) => `以及另外 ${formatted} 个标签`,
      group: (_, formatted) => `以及另外 ${formatted} 个类别`,
    },
    choose: '选择一张照片，查看它的前五个结果和相似的照片。',
    photo: '在“照片”中打开',

    alike: {
      find: '查找相似照片',
      title: (name) => `与“${name}”最相似的在前`,
      reverse: (name) => `与“${name}”最不相似的在前`,
      figure: (percent) => `相似度 ${percent}`,
      everything: '恢复全部显示',
      back: '恢复原来的顺序',
    },

    changed: '这些结果来自另一个模型或另一种识别方式。',
    again: '全部重新识别',
    looks: '识别方式',

    more: '显示更多',
    reasons: {
      'empty-file': '是空文件',
      'not-an-image': '不是图片',
      'broken-image': '已损坏，或是此浏览器不支持的格式',
      'image-too-large': '像素太多，此浏览器的内存放不下',
      heic: '是 HEIC 照片，读取它所需的组件没能下载',
      'broken-heic': '是 HEIC 照片，但已损坏，或是这里不支持的类型',
      unreadable: '无法打开',
      'worker-failed': '两次导致模型中断',
    },
    reasonFormat: (format) => `已损坏，或是此浏览器不支持的格式：${format}`,
    reasonUnknown: (message) => `无法识别：${message}`,
  },

  camera: {
    heading: '摄像头看到了什么？',
    lead: '就在这个标签页里实时识别，画面不会外传。',
    start: '打开摄像头',
    cancel: '取消',
    stop: '停止',
    asking: {
      heading: '正在等待摄像头',
      lead: '如果浏览器询问是否允许此页面使用摄像头，请选择“允许”。',
    },
    freeze: '定格',
    resume: '继续',
    save: '保存图片和结果',
    which: '摄像头',
    unnamed: (number) => `摄像头 ${number}`,
    turn: { user: '使用前置摄像头', environment: '使用后置摄像头' },
    steady: '稳定结果',
    mirror: '镜像画面',
    heat: '显示它在看哪里',
    live: '摄像头的实时画面',
    frozen: '摄像头的定格画面',
    badge: { live: '实时', frozen: '定格' },
    looking: '正在看',
    unsure: '不太确定。最可能的猜测：',
    muted: '摄像头目前没有画面。是否被遮住、关闭，或正被通话占用？',
    rate: (_, frames, time) => `每秒 ${frames} 帧 · 每帧 ${time}`,
    still: (time) => `这一帧 · ${time}`,
    announce: {
      live: '摄像头已打开。',
      off: '摄像头已关闭。',
      unsure: '不太确定。',
      frozen: (answer) => `已定格。${answer}`,
    },
    problems: {
      insecure: {
        title: '摄像头需要安全的网址',
        detail: '浏览器只允许 https 网址和 localhost 的页面使用摄像头。请从这样的网址打开此页面。',
      },
      unsupported: {
        title: '此浏览器不支持网页使用摄像头',
        detail: '请直接使用新版的 Firefox、Chrome、Edge 或 Safari，而不是其他应用内置的浏览器。',
      },
      embedded: {
        title: '嵌入此页面的网站不让它使用摄像头',
        detail: '请在单独的标签页中打开此页面，或请该网站允许内嵌页面使用摄像头。',
      },
      blocked: {
        title: '此页面不能使用摄像头',
        detail: '浏览器记住了“不允许”。请点击网址左侧的图标，在此网站的设置中允许摄像头，然后重新打开。',
      },
      dismissed: {
        title: '未获准使用摄像头',
        detail: '请重新打开，并在浏览器询问时选择“允许”。它看到的一切都留在这个标签页里。',
      },
      system: {
        title: '设备不让浏览器使用摄像头',
        detail: '请在系统的隐私设置中允许此浏览器使用摄像头，然后重新打开。',
      },
      none: {
        title: '没有找到摄像头',
        detail: '请接上或打开摄像头后重试。也可以用别的设备拍照，再拖放到此页面。',
      },
      busy: {
        title: '摄像头正被占用',
        detail: '请关闭正在使用它的程序或标签页，例如视频通话，然后重新打开。',
      },
      ended: {
        title: '摄像头断开了',
        detail: '它被拔下，或被别的程序占用。请重新接好后再打开。',
      },
      away: {
        title: '摄像头已关闭',
        detail: '你离开了一会儿，而页面不会在没人看时继续拍摄。想用时再打开即可。',
      },
      left: {
        title: '摄像头已关闭',
        detail: '你离开了这个标签，页面不会在你看不见时使用摄像头。需要时可以重新开启。',
      },
      unknown: {
        title: '摄像头没有打开',
        detail: '请重试。如果不行，请拔下摄像头或重启浏览器。',
      },
    },
  },

  inside: {
    heading: '模型内部',
    lead: (layers) => `一张图片依次经过 ${layers} 层。选择一层，看看它如何处理你的图片。`,
    layers: '各层',
    columns: {
      layer: '层',
      output: '输出',
      kernel: '卷积核',
      parameters: '参数',
      multiplyAdds: '乘加',
      time: '时间',
    },
    modelTime: '模型时间',
    of: {
      parameters: (share) => `参数，占全部的 ${share}`,
      multiplyAdds: (share) => `乘加，占全部的 ${share}`,
      time: (share) => `占时间的 ${share}`,
      count: (parameters) => `${parameters}${gap(parameters)}个参数`,
      adds: (multiplyAdds) => `${multiplyAdds}${gap(multiplyAdds)}次乘加`,
    },
    kinds: {
      conv: '标准卷积',
      depthwise: '逐通道',
      pointwise: '逐点',
      add: '相加',
      average_pool: '平均',
      fully_connected: '分类器',
    },
    inWords: {
      conv: '逐个查看照片的小窗口，同时看所有颜色。',
      depthwise: '在每个通道里各自寻找一种图案。',
      pointwise: '在每个位置混合各通道：简单的图案组成物体的局部。',
      add: '加上进入这一块的内容，先前找到的不会丢失。',
      average_pool: '每张图只留下一个数：这种图案有多少。',
      fully_connected: '把这些数变成每个标签的得分。',
    },
    explanations: {
      conv: (channels, colours) =>
        `唯一的标准卷积：${channels} 个滤波器，每个都${colours === '3' ? '同时看图片一小块中的三种颜色' : '看图片的一小块'}。`,
      depthwise: (channels) => `${channels} 个通道各用自己的 3 × 3 卷积核滤波。这样很省计算，但通道之间没有交流。`,
      pointwise: (channels, inputs) =>
        `通道在这里汇合：${channels} 张图中的每一张，都是上一层 ${inputs} 张图逐像素的混合。`,
      add: (channels) => `把进入这一块的内容加到它的 ${channels} 张图上，这样每一块只需学习要改变什么。`,
      average_pool: (channels) => `每张图变成一个数，即它的平均值。这 ${channels} 个数描述了整张图片。`,
      fully_connected: (channels, inputs) =>
        `${channels} 个类别各用一套权重对这 ${inputs} 个数加权求和，得分最高的就是答案。`,
    },
    dense: {
      kind: '全连接',
      explanation: (channels, inputs) => `${channels} 个输出各用一套权重对前面的 ${inputs} 个数加权求和。`,
    },
    kernel: (size, stride) => `${size}，步长 ${stride}`,
    stride: (stride) => `步长 ${stride}`,
    measuring: '正在测量各层在此设备上的时间……',
    later: '关闭摄像头后再测量各层的时间。',
    shares: (pointwise, pointwiseTime, depthwise, depthwiseTime) =>
      `逐点层承担 ${pointwise} 的乘加，占用 ${pointwiseTime} 的时间；逐通道层承担 ${depthwise}，占用 ${depthwiseTime}。`,
    again: '重新测量',
    means: (_, formatted) => `模型运行 ${formatted} 次的平均值。`,
    coarse: (means, step) => `${means}这里的时钟精度只有 ${step}，最短的时间仅供参考。`,
    shows: (name) => `当前显示：模型如何处理“${name}”。`,
    live: {
      start: '用摄像头实时显示',
      stop: '关闭摄像头',
      on: '摄像头已打开。特征图随画面变化，画面不会离开这个标签页。',
    },
    choices: { view: '显示内容', sort: '顺序' },
    views: { maps: '特征图', kernels: '卷积核' },
    sorts: { activity: '最活跃的在前', index: '按编号' },
    channel: (number) => `通道 ${number}`,
    place: (row, column) => `第 ${row} 行，第 ${column} 列`,
    colours: (red, green, blue) => `红 ${red}，绿 ${green}，蓝 ${blue}`,
    filterColours: '灰色表示权重为零；每个滤波器各用自己的色标',
    signed: ['负', '正'],
    hover: '指向任意一张可读取数值，选中即可放大。',
    more: (count) => `显示全部 ${count} 张`,
    fewer: (count) => `只显示前 ${count} 张`,
    mixed: (inputs) => `主要混合自${inputs.join('、')}`,
    input: (channel, weight) => `通道 ${channel}（${weight}）`,
    zoom: {
      seen: '模型看到的',
      kernel: '它的卷积核',
      keys: '用方向键移动，读取数值。',
    },
  },

  model: {
    chip: {
      model: '模型：',
      loading: '正在加载模型…',
      none: '没有模型',
      things: (_n, formatted) => `${formatted} 种事物`,
      embeddings: '仅输出嵌入向量',
    },
    heading: '选择模型',
    lead: '小模型更快，大模型更准。',
    list: '可选模型',
    facts: (alpha, resolution, type, size) => `α ${alpha} · ${resolution} × ${resolution} · ${type} · ${size}`,
    own: {
      heading: '自己的模型',
      lead: '把 MobileNetV1 或 MobileNetV2 的 .tflite 文件拖到这里，宽度、分辨率和类别数不限，量化或 float32 均可。还可以同时或稍后添加标签文件（纯文本，每行一个标签），为类别命名。两者都只保存在此设备上。',
      choose: '选择 .tflite 文件',
      labels: '选择标签文件',
      imageNet: '使用 ImageNet 的标签',
      imageNetName: 'ImageNet',
      numbered: '这个模型没有附带标签。',
      forget: '删除这个模型',
      forgotten: '已删除。',
      notKept: '此浏览器不让页面保存数据，所选模型只在关闭页面前有效。',
    },
    refused: {
      'model-unsupported': {
        title: (name) => `${name}无法在这里运行`,
        detail: '它不是本页面能读取的 MobileNetV1 或 MobileNetV2。',
      },
      'model-corrupt': {
        title: (name) => `${name}已损坏或不完整`,
        detail: '它不是完整的 .tflite 文件。请重新获取。',
      },
      'bad-argument': {
        title: (name) => `${name}与这个模型不符`,
        detail: '每个类别需要一个标签，每行一个。',
      },
    },
    details: '详细信息',
    former: '原来的模型仍在使用。',
    noFile: {
      title: '没有找到模型',
      detail: '请拖放 .tflite 文件，或包含其标签的文本文件。',
    },
    labelsAlone: {
      title: '只有标签还不够',
      detail: '请先提供 .tflite 文件，或两者一起提供。',
    },
  },

  about: {
    what: '这是什么',
    explanation: [
      'MobileNetV1 是一个 28 层的神经网络，2017 年发布，小到可以在手机上运行。它把每个卷积拆成两步：先为每个通道各用一个滤波器，这就是 depthwise（逐通道）的由来，再把各通道混合起来。',
      '一个用 Go 编写、编译为 WebAssembly 的程序在这个标签页里运行它。它截取照片的中间部分，缩小到 224 × 224 像素，并给出它学过的 1,000 种事物各自的概率。',
      '它会出错。它只学过 ImageNet 里的内容：动物、工具、食物、车辆和其他物品；不认识人、文字和地点。',
    ],
    paper: '论文',
    offline: {
      heading: '在此设备上',
      states: {
        unsupported: '此浏览器或此网址不支持离线使用，其他功能不受影响。',
        waiting: '模型加载完成后，页面会保存到设备上，供离线使用。',
        preparing: '正在保存页面，供离线使用。',
        ready: '没有网络连接时也能使用此页面。',
        failed: '页面未能保存，暂时无法离线使用。下次访问时会再试。',
        cleared: '已全部删除。当前页面在关闭前仍可使用。',
      },
      private: '你给页面看的内容不会发送到任何地方。没有账号，没有 Cookie，也没有统计。',
      install: '安装为应用',
      usage: '存储',
      files: '页面和模型',
      own: '自己的模型',
      site: '整个网站（浏览器统计）',
      clear: '全部删除',
      ask: '全部删除？',
    },
    threads: {
      heading: '多线程',
      host: '提供此页面的网站已将它与其他页面隔离，所以模型可以使用多个线程。',
      worker: '多线程需要页面与其他页面隔离。此网站没有这样做，所以页面在此设备上自行隔离。',
      nobody: '此页面没有与其他页面隔离，所以模型只用一个线程。',
      insecure: '多线程需要安全的地址（https），而此地址不是，所以模型只用一个线程。',
      unshared: '此浏览器没有可供多个线程共享的内存，所以模型只用一个线程。',
      allow: '允许页面自行隔离',
    },
    browser: {
      heading: '此浏览器',
      engines: {
        simd: '它缺少最快的引擎所需的指令（Relaxed SIMD），所以由 SIMD 引擎计算。',
        go: '较快的引擎无法在其中运行，所以由 Go 引擎计算，用时是数倍以上。',
      },
      draws: '它的后台线程不能绘图，所以由页面自己为模型绘制每张图片。',
      altered: '为了防止跟踪，它会略微改动网页读取的图片，所以结果可能略有不同。',
      frames: '它不会告知摄像头何时有新画面，所以页面随屏幕的每次刷新查看一次。',
    },
    language: '语言',
    embed: {
      heading: '用在你的网站上',
      element: '两行 HTML 就能得到拖放照片的区域和识别结果：',
      script: '或在自己的程序中调用模型：',
      own: '要用在自己的网站上，只需把此页面的文件夹复制过去，并改用那里的地址，不需要其他任何东西。',
      api: '这个库的全部功能',
      copy: '复制',
      copied: '已复制',
    },
    licences: {
      heading: '许可证',
      page: (version: string) => `Depthwise ${version}，此页面及其程序：Apache 2.0。`,
      weights: 'MobileNetV1 的权重和标签，由 Google 提供：Apache 2.0。',
      wordnet: '标签的含义和类别取自普林斯顿大学的 WordNet 3.0：WordNet 许可证。',
      go: '其中的 Go 运行时：BSD，由 The Go Authors 提供。',
    },
  },

  update: {
    ready: '此页面有新版本。',
    show: '切换到新版本',
  },

  footer: {
    privacy: '在你的设备上运行。',
    offline: '在你的设备上运行，可离线使用。',
  },
};
