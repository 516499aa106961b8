package main

// What --help, the manual pages and the shell's completion say stands here, and nowhere else.

// A text says what a command is for.
type text struct{ short, long, example string }

var textRoot = text{
	short: "Classify pictures with MobileNet, on this machine",
	long: `Depthwise says what is in a picture: one of 1,000 things, or what a model of your own was taught. Nothing leaves this machine.

The first command that needs weights fetches them, 4.3 MB, and keeps them.`,
	example: `  depthwise classify photo.jpg
  depthwise classify --output answers.csv ~/Pictures`,
}

var textClassify = text{
	short: "Say what is in pictures",
	long: `Classify says what the network sees in pictures: JPEG, PNG, GIF, WebP, BMP and TIFF. Name files, folders, or - for one picture from standard
input. In a folder every picture is looked at, those in folders within it too; names that begin with a dot are passed over.

Answers come in the order of the names, and of a folder by name, however many cores work on them. On a terminal they are a table; in a
pipe the same between tabs. --csv and --json are for programs: one line a picture. Broken pictures are listed at the end, and the exit
status is then 1; they never stop the rest, and have no line.

With --output a run that was broken off, by Ctrl-C, a full disk or the end of the machine, goes on where it stopped when the same command is
given again: a picture that has a line is not looked at again.

On a terminal, characters in names that would command it are written as \n, \x1b or the like. In JSON a name that is no UTF-8 stands
beside its bytes in base64 (fileBytes); in CSV it stands as it is.

Exit status: 0 all went well; 1 some pictures could not be read, or something else failed; 2 the command line is wrong; 130 Ctrl-C.`,
	example: `  depthwise classify photo.jpg
  depthwise classify --json --top 3 holiday/ | jq .predictions[0].label
  depthwise classify --output answers.csv ~/Pictures
  find ~ -name '*.jpg' -print0 | depthwise classify --files-from - --null --csv
  curl -s https://example.org/cat.jpg | depthwise classify -`,
}

var textEmbed = text{
	short: "Give the embedding of pictures, for search and statistics",
	long: `Embed gives of each picture the numbers that the network has before its classes: 1,024 with the default model. Pictures that look alike have
embeddings that point the same way. Files, folders, broken pictures and --output are as with classify. Without --csv it writes JSON.`,
	example: `  depthwise embed --output embeddings.jsonl ~/Pictures
  depthwise embed --csv holiday/ > embeddings.csv`,
}

var textSimilar = text{
	short: "Find pictures that look like one, or that are copies of each other",
	long: `Similar looks for the pictures that are most like one, by the angle between their embeddings: 1.000 is the same, and pictures of
similar things have 0.5 to 0.8 with the default model. With --duplicates it finds pictures that are copies, compressed anew, and prints them group by group, with an
empty line between. Copies that are much smaller are found with --min 0.85, but then other pictures of the same thing are found too.

To find duplicates it compares each picture with each, and keeps 4 KB in memory for each with the default model. Nothing is removed: that is
for you to do.`,
	example: `  depthwise similar cat.jpg ~/Pictures
  depthwise similar --duplicates ~/Pictures`,
}

var textHeatmap = text{
	short: "Draw which parts of a picture speak for a class",
	long: `Heatmap writes a PNG of the picture, no larger than 1,024 pixels, with a class activation map over the part that the network saw: the brighter, the
more a place adds to the class, which is the most probable one unless --class names another. Without --output it is written to the folder you
are in, as NAME.heatmap.png. Nothing is replaced without --force.`,
	example: `  depthwise heatmap photo.jpg
  depthwise heatmap --class "tabby" --output why.png photo.jpg`,
}

var textSort = text{
	short: "Copy or link pictures into a folder for each class",
	long: `Sort puts each picture into a folder that is named after its class. Without --copy or --link it only says what it would do. The pictures stay where
they are, and nothing is ever replaced: where a name is taken, the picture gets a number, and one that is there already, byte for byte, is
passed over, so that a run that was broken off can be repeated.

Pictures less probable than --min go into "unsure", and those of which a taught model says that they show none of its classes into "none of these".`,
	example: `  depthwise sort --into sorted ~/Pictures
  depthwise sort --into sorted --link --min 0.5 ~/Pictures`,
}

var textTeach = text{
	short: "Teach a model classes of your own, from a folder of pictures",
	long: `Teach learns from a folder that has a folder for each class, with pictures of it, five at least and better fifty. It writes a .tflite file that this
program, the page and every other program for such files run, and reports how often it is right, which classes it confuses, and which pictures may lie
in the wrong folder.

Pictures of none of the classes, in a folder "none of these" (--counter names another), teach it to say so; it learns to refuse strangers without them
too, by how far they lie from all that it was taught.`,
	example: `  depthwise teach --output flowers.tflite flowers/
  depthwise classify --model flowers.tflite garden.jpg`,
}

var textConvert = text{
	short: "Make a .tflite file of a checkpoint of PyTorch or Keras, of bytes if wanted",
	long: `Convert reads a MobileNetV1 or V2 that was trained with PyTorch (.pth, .pt, .safetensors) or Keras (.h5, .keras), and writes a .tflite file that
this program, the page and every other program for such files run. It says what it recognised, and what a file does not say and it therefore
assumed: how pixels are normalised, the activation, the padding. Where the answers are wrong, one of these is another, and a flag changes it.

With --quantize it makes 8-bit integers of the floating point, a quarter of the size and two to three times as fast, and measures the ranges of values on
a folder of pictures of the kind that the model will see: a hundred are good, and they need no labels. It then says how often the best answer
is still the same. A .tflite file of floating point can be quantised, too. A network with LeakyReLU cannot.

Nothing is written unless all went well.`,
	example: `  depthwise convert --output mine.tflite mine.pth
  depthwise convert --quantize photos/ --labels names.txt -o mine.tflite mine.h5
  depthwise classify --model mine.tflite photo.jpg`,
}

var textServe = text{
	short: "Serve the page and an HTTP API",
	long: `Serve answers with the page and with the HTTP API that /api/openapi.json describes, on this machine alone unless --addr says otherwise.

There is an engine for each core, and a queue before them; who comes when it is full gets status 429 and asks again. No picture and no label is kept or
logged. SIGTERM and Ctrl-C end it once what was asked is answered.

Callers need the token "Authorization: Bearer TOKEN" if there is one in --token-file or in the variable DEPTHWISE_TOKEN; the page and /api/health are open to
all. --addr unix:PATH listens on a Unix socket; sockets that systemd passes are taken in place of --addr, and those named "metrics" in place of
--metrics. --metrics gives an address for those who run the server: /metrics for Prometheus, /healthz, /readyz, and Go's profiles in /debug/pprof.
Let nobody else reach it.`,
	example: `  depthwise serve
  curl -F image=@photo.jpg http://localhost:8080/api/classify
  depthwise serve --addr :8443 --tls-cert cert.pem --tls-key key.pem --token-file token
  depthwise serve --addr unix:/run/depthwise.sock --metrics localhost:9090 --log-json`,
}

var textInfo = text{
	short: "Say what a model is: its layers, what it costs, how fast it is here",
	long: `Info describes a model of the list, a .tflite file, or without a name the default model: what it reads and knows, its layers with their
parameters and multiply-adds, and what they take on one core of this machine, the shortest of 20 runs.`,
	example: `  depthwise info
  depthwise info --list
  depthwise info my-model.tflite`,
}

var textVersion = text{
	short: "Say which version this is, what it was made of, and how it runs the network here",
}

var textManual = text{
	short:   "Write the manual pages into a folder",
	long:    `Manual writes a manual page for each command, from the text that --help shows.`,
	example: `  depthwise manual ~/.local/share/man/man1`,
}

// flagText says what a flag does. A word in back quotes is how its value is called.
var flagText = map[string]string{
	"model":          "the `MODEL`: a name in the list that \"depthwise info --list\" prints, or a .tflite file of a MobileNetV1 or V2",
	"labels":         "a `FILE` with the names of the model's classes, one a line, in place of those that it brings",
	"crop":           "the `PART` of the picture that is looked at: center (87.5% of the largest square), square, or whole (squashed)",
	"views":          "look `N` times at a picture, and average: 1, 2 (right more often, takes twice as long) or 4; then --crop does not count",
	"jobs":           "look at `N` pictures at the same time",
	"files-from":     "take the names of more files and folders from a `FILE`, one a line; - is standard input",
	"null":           "the names of --files-from end with a zero byte, as find -print0 writes them",
	"timings":        "say at the end how fast it went, and where the time went",
	"duplicates":     "find pictures that are copies of each other",
	"similar-top":    "give the `N` most similar pictures",
	"similar-min":    "leave out pictures less similar than `S`, up to 1 (default with --duplicates: 0.95)",
	"heatmap-output": "write to this `FILE`",
	"class":          "the `CLASS` to draw: its label, or its number in the model's output",
	"force":          "replace the file if it is there",
	"into":           "the `FOLDER` to sort into; it is made if need be",
	"copy":           "copy the pictures",
	"link":           "link the pictures (hard links: no room is needed, and both names are as good)",
	"sort-min":       "put pictures less probable than `P`, from 0 to 1, into the folder \"unsure\"",
	"teach-output":   "write the model to this `FILE`",
	"counter":        "the `NAME` of the folder with pictures of none of the classes",
	"keep":           "the share of known pictures that shall not be taken for strangers; 0: only --counter tells those",
	"convert-labels": "a `FILE` with the names of the classes, one a line, to be written into the model",
	"convert-name":   "the model's `NAME` in the file (default: that of --output)",
	"activation":     "the `ACTIVATION` that the network was trained with: relu, relu6, or leaky:SLOPE",
	"padding":        "the `PADDING` of convolutions with stride 2: symmetric (PyTorch), same (TensorFlow), or after (Keras: one below and right)",
	"normalize":      "what becomes of a pixel's byte: -1..1, 0..1, imagenet, or `MEAN/DEVIATION`, each a number or three between commas",
	"epsilon":        "what batch normalisation adds to the variance: `E`",
	"resolution":     "the side of the input, `N` pixels",
	"quantize":       "make 8-bit integers, with the pictures of a `FOLDER` to measure ranges of values on",
	"type":           "the `TYPE` of the integers: int8 (a scale a channel, the better one), or uint8 (a scale a layer)",
	"pictures":       "take `N` of the folder's pictures at most, spread evenly",
	"licenses":       "print the licences of all that the program is linked from",
	"list":           "list the models whose weights can be fetched",
	"info-json":      "write it as JSON",
	"addr":           "listen on `HOST:PORT`, on every address of that host (an empty host is all of this machine, port 0 a free one), or on unix:PATH",
	"metrics":        "an `ADDRESS` of its own, as --addr's, for metrics, readiness and profiles",
	"dir":            "serve the built page in this `FOLDER` (default: the one inside this program, or dist)",
	"prefix":         "serve everything below this `PATH`, such as /depthwise",
	"token-file":     "a `FILE` with the token that callers of the API need",
	"cors":           "an `ORIGIN` whose pages may read the API's answers, such as https://example.org, or * for all; can be given several times",
	"tls-cert":       "a `FILE` with the certificate for HTTPS, as PEM; written anew, it is read again",
	"tls-key":        "the `FILE` with the key to it",
	"engines":        "classify `N` pictures at the same time",
	"queue":          "let `N` requests wait for their turn (default 16 for each engine)",
	"timeout":        "how long a body may take to come, and a request may wait for its turn",
	"drain":          "once told to end, go on for so long, but say in /readyz and /api/health that it ends: for load balancers",
	"grace":          "how long requests of the API may then take to be answered",
	"verbose":        "log every request, by its route and status",
	"log-json":       "log as JSON",
	"csv":            "write CSV, a line a picture, after one with the names of the columns",
	"json":           "write JSON, an object a line",
	"output":         "write to a `FILE`, or go on where an earlier run with the same flags stopped; its name may say the form: .csv, .jsonl",
	"top":            "give the `N` most probable classes (default 5, but 1 in a table of several pictures)",
	"min":            "leave out classes less probable than `P`, from 0 to 1",
}
