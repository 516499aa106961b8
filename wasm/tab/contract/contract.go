// Package contract says what crosses between the Go program in a browser's worker, wasm/tab, and the worker's TypeScript. It is
// the one source of both ends: wasm/tab/convert.go, which decodes arguments and encodes results, and web/mobilenet/contract.ts,
// against which the worker is compiled, are generated from it.
//
// A method is called with one object of arguments and a callback done(failure, result). An object's keys are the fields' names
// with a small first letter, those of initialisms in small letters: topK, rgba. A nil pointer is undefined, and so is a nil slice
// that is marked as optional. Bytes cross as Uint8Array, floats
// as Float32Array and Float64Array. A slice marked as scratch lies in memory that the next call uses again.
package contract

import "mobilenet/core/classify"

//go:generate go run ./generate

// A Method is the name of a function that the program offers, with the types of what it takes and gives: pointers, for which Go
// compiles generic code once.
type Method[Args, Result any] string

const (
	Open        Method[*OpenArgs, *Opened]             = "open"
	Resize      Method[*ResizeArgs, *Inputs]           = "resize"
	Use         Method[*UseArgs, *None]                = "use"
	Classify    Method[*ClassifyArgs, *Classification] = "classify"
	Heatmap     Method[*HeatmapArgs, *ActivationMap]   = "heatmap"
	Activations Method[*ActivationsArgs, *FeatureMap]  = "activations"
	Weights     Method[*WeightsArgs, *WeightTensor]    = "weights"
	Run         Method[*RunArgs, *Output]              = "run"
	Profile     Method[*RunArgs, *LayerTimes]          = "profile"
	Memory      Method[*None, *MemoryUse]              = "memory"
	Identify    Method[*None, *Identity]               = "identify"
)

// OpenArgs say which model to open, and how.
type OpenArgs struct {
	Model       []byte      // a .tflite file
	Labels      *string     // a label a line
	Resolution  *int        // another input size than the file's
	Mean, Scale *[3]float32 // pixel normalisation, for models whose input is float32
	Engine      string      `ts:"'auto' | 'dot' | 'relaxed' | 'simd' | 'go'"`
	Threads     int         // 0: as many as help
	OneThread   *string     // why there must be only one, if that was not asked for
	NewThread   Function    `ts:"() => Worker"`             // starts a Worker for a thread, as jshost.Host documents
	OnComputing Function    `ts:"(now: Computing) => void"` // is called at once and whenever Computing changes
}

// Opened describes the model that was opened.
type Opened struct {
	Network    string `ts:"'MobileNetV1' | 'MobileNetV2'"`
	Alpha      float64
	Resolution int
	Shape      [3]int // of its input: height, width, channels
	Classes    int    // how many things it tells apart
	Type       string `ts:"'uint8' | 'int8' | 'float32'"`
	Stored     string `ts:"'uint8' | 'int8' | 'float32' | 'float16'"` // of the weights in the file
	Input      string `ts:"'uint8' | 'int8' | 'float32'"`
	Output     string `ts:"'uint8' | 'int8' | 'float32'"`
	// Mean and Scale are the pixel normalisation that is used, three values each, for a model whose input is float32.
	Mean, Scale []float32 `js:"optional"`
	File        FileInfo
	Labels      string // a label a line; empty without classes
	NoneOfThese bool   // it was taught to tell images of none of its classes
	Layers      []Layer
}

// FileInfo is what a model's file says of itself.
type FileInfo struct {
	Name    string // empty where it says none, as the others
	Author  string
	License string
	Labels  bool   // the labels that are used are the file's
	Range   bool   // it says its pixel range, by its metadata or by what it does with the pixels
	Note    string // what of this is damaged or does not fit the model, and so is not used
}

// A Layer of the opened model.
type Layer struct {
	Name         string
	Type         string `ts:"'conv' | 'depthwise' | 'pointwise' | 'add' | 'average_pool' | 'fully_connected'"`
	Shape        [3]int // of its output: height, width, channels
	Kernel       int
	Stride       int
	Parameters   int
	MultiplyAdds int
}

// Computing is how the model is run at present.
type Computing struct {
	Engine  string `ts:"'dot' | 'relaxed' | 'simd' | 'go'"`
	Threads int
	Why     string
}

// ResizeArgs ask for views of an image, where no canvas makes them: the program has this method with the build tag "resize" alone.
type ResizeArgs struct {
	RGBA          []byte `js:"scratch"` // [height,width,4], colours not multiplied by alpha
	Width, Height int
	Views         []View
}

// A View is a box of an image, in pixels, made larger or smaller to be an input of the model.
type View struct {
	X, Y, Width, Height int
	Mirror              bool // left and right swapped
}

// Inputs are views of an image in the size of the model's input, H×W, over white. What is grey for the model is made so by Classify.
type Inputs struct {
	RGBA []byte // [views,H,W,4]
}

// UseArgs are a head to be used from now on: classify.Taught. Without biases the model's own classes are used again.
type UseArgs struct {
	Weights, Bias []float32 // [classes,embedding] and [classes]
	Counter       bool      // the last class is that of counter-examples
	Centre        []float32 // [embedding]; empty where there is no threshold
	Threshold     float64
	Beside        bool   // the model's own classes stay, and the head's are Classification.Own
	Model         string // mobilenet.Head.Model
}

// ClassifyArgs are an image's views and what is wanted of it: classify.Options.
type ClassifyArgs struct {
	RGBA      []byte `js:"scratch"` // [views,H,W,4]
	TopK      int
	Embedding bool
	// Embeddings asks for the embedding of each view.
	Embeddings bool
	Logits     bool
	Features   bool
	Heatmap    *int // a class, or Best
}

// Best is what ClassifyArgs.Heatmap is for the class of the first prediction.
const Best = classify.Best

// A Classification is what classify.Classification holds, as it crosses.
type Classification struct {
	Best       []float64 // [2·topK]: index and probability in turn, the most probable first
	None       bool      // the image shows none of the classes; false where the model, or the head that is used, cannot tell
	Own        []float64 `js:"optional"` // as Best: what a head says that is used beside the model's classes
	OwnNone    bool      // as None
	Embedding  []float32 `js:"optional"`
	Embeddings []float32 `js:"optional"` // [views,embedding]
	Logits     []float32 `js:"optional"`
	Features   []float32 `js:"optional"`
	Heatmap    *ActivationMap
	Network    float64 // milliseconds that the network took
}

// HeatmapArgs ask for the heat map of a class from features that Classify gave.
type HeatmapArgs struct {
	Features []float32
	Index    int
}

// An ActivationMap is a classify.Heatmap.
type ActivationMap struct {
	Index         int // the class's
	Width, Height int
	Data          []float32 // [height,width]
}

// ActivationsArgs ask for a layer's output.
type ActivationsArgs struct {
	RGBA  []byte `js:"scratch"` // [views,H,W,4], of which the first view counts
	Layer int
}

// A FeatureMap is a layer's output.
type FeatureMap struct {
	Shape [3]int // height, width, channels
	Data  []float32
}

// WeightsArgs ask for a layer's weights.
type WeightsArgs struct{ Layer int }

// A WeightTensor has a layer's weights, dequantised, in the layout of mobilenet.Layer.WeightShape.
type WeightTensor struct {
	Shape []int
	Data  []float32
}

// RunArgs are pixels that are passed to the model untouched.
type RunArgs struct {
	Pixels []byte `js:"scratch"` // of the shape of the model's input
}

// Output is the file's output tensor, and the logits.
type Output struct {
	Output []byte
	Logits []float32
}

// LayerTimes are milliseconds, one a layer.
type LayerTimes struct{ Times []float64 }

// None are the arguments of a method that takes none.
type None struct{}

// MemoryUse is in bytes.
type MemoryUse struct {
	Engine  int // the engine's memory
	Heap    int // what Go's heap holds
	Program int // all that Go has taken
}

// Identity is which model is open.
type Identity struct {
	Fingerprint string // mobilenet.Model.Fingerprint
}

// A Function is a JavaScript function; its field's tag has its type.
type Function any

// An ErrorCode tells callers of the library which case an error is.
type ErrorCode string

const (
	BadArgument      ErrorCode = "bad-argument"
	ModelCorrupt     ErrorCode = "model-corrupt"
	ModelUnsupported ErrorCode = "model-unsupported"
	WorkerFailed     ErrorCode = "worker-failed"
	Aborted          ErrorCode = "aborted"
)

// A Failure is what a method's callback gets in place of a result.
type Failure struct {
	Code    ErrorCode
	Message string
}
