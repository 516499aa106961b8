// Package checkpointtest makes checkpoints of made-up weights, for tests of what reads them.
package checkpointtest

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"mobilenet/core/mobilenet"
)

// Safetensors is a file of MobileNetV1 of that width with the names of marvis/pytorch-mobilenet. Its weights keep the scale of what goes through
// them, as trained ones do, so that the answers to different pictures differ. It panics where there is no such network.
func Safetensors(alpha float64, classes int, seed uint64) []byte {
	n := mobilenet.Network{Version: mobilenet.V1, Alpha: alpha, Resolution: 224, Classes: classes, MinChannels: mobilenet.MinChannels}
	layers, err := n.Layers()
	if err != nil {
		panic(err)
	}
	f := file{header: map[string]tensor{}, rng: rand.New(rand.NewPCG(seed, 0))}
	block := 0 // in the model
	for i := range layers {
		l := &layers[i]
		switch l.Kind {
		case mobilenet.Conv:
			f.convolution("model.0.0", "model.0.1", []int{l.Out.C, l.In.C, 3, 3})
		case mobilenet.Depthwise:
			block++
			f.convolution(fmt.Sprintf("model.%d.0", block), fmt.Sprintf("model.%d.1", block), []int{l.Out.C, 1, 3, 3})
		case mobilenet.Pointwise:
			f.convolution(fmt.Sprintf("model.%d.3", block), fmt.Sprintf("model.%d.4", block), []int{l.Out.C, l.In.C, 1, 1})
		case mobilenet.FullyConnected:
			f.random("fc.weight", 0, 4/math.Sqrt(float64(l.In.C)), l.Out.C, l.In.C)
			f.random("fc.bias", 0, 0.1, l.Out.C)
		}
	}
	header, err := json.Marshal(f.header)
	if err != nil {
		panic(err)
	}
	header = append(header, strings.Repeat(" ", -len(header)&7)...)
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), f.data...)
}

type file struct {
	header map[string]tensor
	data   []byte
	rng    *rand.Rand
}

type tensor struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// convolution adds the weights of one and its batch normalisation.
func (f *file) convolution(conv, norm string, shape []int) {
	inputs := shape[1] * shape[2] * shape[3]
	f.random(conv+".weight", 0, math.Sqrt(2/float64(inputs)), shape...)
	f.random(norm+".weight", 1, 0.1, shape[0])
	f.random(norm+".bias", 0.2, 0.2, shape[0])
	f.random(norm+".running_mean", 0, 0.1, shape[0])
	f.random(norm+".running_var", 1, 0.05, shape[0])
}

// random adds a tensor of normally distributed values.
func (f *file) random(name string, mean, deviation float64, shape ...int) {
	count := 1
	for _, n := range shape {
		count *= n
	}
	begin := len(f.data)
	for range count {
		f.data = binary.LittleEndian.AppendUint32(f.data, math.Float32bits(float32(mean+deviation*f.rng.NormFloat64())))
	}
	f.header[name] = tensor{"F32", shape, [2]int{begin, len(f.data)}}
}
