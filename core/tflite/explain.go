package tflite

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"mobilenet/core/tflite/internal/schema"
)

// Who is refused a file wants to know what it is and what to do, rather than which operator is in the way.

// notTFLite says what data is, which does not begin as a .tflite file does.
func notTFLite(data []byte) error {
	begins := func(what ...string) bool {
		for _, w := range what {
			if bytes.HasPrefix(data, []byte(w)) {
				return true
			}
		}
		return false
	}
	text := strings.ToLower(strings.TrimSpace(string(data[:min(len(data), 512)])))
	switch {
	case len(data) == 0:
		return fmt.Errorf("the file is empty")
	case begins("version https://git-lfs"):
		return fmt.Errorf("this is a pointer of Git LFS, not the model itself: get the model with “git lfs pull”, or by its download button")
	case strings.HasPrefix(text, "<!doctype") || strings.HasPrefix(text, "<html") || strings.HasPrefix(text, "<?xml") || strings.HasPrefix(text, "<!--"):
		return fmt.Errorf("this is a web page, not a model: the address leads to a page about it, or to an error; download the .tflite file itself")
	case begins("PK\x03\x04"):
		return fmt.Errorf("this is a zip archive: unpack it, and take the .tflite file in it")
	case begins("\x1f\x8b", "BZh", "7z\xbc\xaf", "\xfd7zXZ", "Rar!", "\x28\xb5\x2f\xfd"):
		return fmt.Errorf("this is a packed archive: unpack it, and take the .tflite file in it")
	case begins("\x89HDF"):
		return fmt.Errorf("this is a Keras model (HDF5): convert it to .tflite first, by tf.lite.TFLiteConverter")
	case begins("\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05"):
		return fmt.Errorf("this is a Python pickle, as PyTorch's older checkpoints are: a .tflite file is needed")
	case begins("\x89PNG", "\xff\xd8\xff", "GIF8", "RIFF"):
		return fmt.Errorf("this is a picture, not a model: a .tflite file is needed")
	case begins("{", "["):
		return fmt.Errorf("this is JSON, as TensorFlow.js' models begin: a .tflite file is needed")
	case utf8.Valid(data[:min(len(data), 512)/4*4]) && !bytes.ContainsRune(data[:min(len(data), 512)], 0):
		return fmt.Errorf("this is a text file, not a model: a .tflite file is needed")
	case len(data) < 8:
		return fmt.Errorf("a file of %d bytes is no .tflite file", len(data))
	}
	return fmt.Errorf("this is no .tflite file: it begins with %q, and bytes 4 to 7 are not %q", data[:8], schema.Identifier)
}

// A sign tells a network, or what compiled it, by an operator or by how tensors are called.
type sign struct {
	operator schema.Builtin // 0: any
	custom   string         // of the name of a CUSTOM operator
	names    []string       // of tensors, in lower case
	says     string
}

// signs are looked for in this order, by the first that fits.
var signs = []sign{
	{custom: "edgetpu", says: "this file is compiled for the Edge TPU, which alone can run it: use the file that it was made from, the one without _edgetpu in its name"},
	{custom: "ethos-u", says: "this file is compiled by Vela for an Arm Ethos-U, which alone can run it: use the file that it was made from, the one without _vela in its name"},
	{custom: "TFLite_Detection_PostProcess", says: isOther("SSD, which finds objects")},
	{operator: schema.ResizeBilinear, says: isOther("DeepLab or another that colours an image by what it shows")},
	{names: []string{"posenet", "personlab", "displacement_fwd", "heatmap"}, says: isOther("PoseNet or another that finds poses")},
	{names: []string{"boxpredictor", "ssd_", "boxencoding", "raw_outputs/box"}, says: isOther("SSD, which finds objects")},
	{names: []string{"yolo"}, says: isOther("YOLO, which finds objects")},
	{names: []string{"efficientnet", "efficient_net"}, says: isOther("EfficientNet")},
	{names: []string{"mobilenetv3", "mobilenet_v3"}, says: isOther("MobileNetV3")},
	{operator: schema.HardSwish, says: isOther("MobileNetV3 or one like it")},
	{names: []string{"mobilenetv4", "mobilenet_v4"}, says: isOther("MobileNetV4")},
	{names: []string{"nasnet", "mnasnet"}, says: isOther("NASNet or MnasNet")},
	{names: []string{"mobile_inverted_conv"}, says: isOther("MCUNet or ProxylessNAS, relatives of MobileNetV2 with blocks of other sizes")},
	{names: []string{"inception"}, says: isOther("Inception")},
	{names: []string{"resnet"}, says: isOther("ResNet")},
	{names: []string{"squeezenet"}, says: isOther("SqueezeNet")},
	{names: []string{"densenet"}, says: isOther("DenseNet")},
}

func isOther(network string) string {
	return fmt.Sprintf("this file holds another network, %s; MobileNetV1 and MobileNetV2 are read", network)
}

// explain puts before an error about a graph that is no MobileNet what it is, where that can be told.
func (g *graph) explain(err error) error {
	if g.err != nil {
		return err // the file is damaged
	}
	for _, s := range signs {
		if g.shows(s) {
			return fmt.Errorf("%s (%w)", s.says, err)
		}
	}
	return err
}

// maxNamed bounds how many tensors' names are looked at.
const maxNamed = 1000

// shows reports whether the graph has a sign: its operator, if it names one, or else one of its tensors.
func (g *graph) shows(s sign) bool {
	if s.custom != "" || s.operator != 0 {
		found := false
		for i := range min(g.codes.n, maxOperators) {
			c := g.codes.table(i)
			code := max(schema.Builtin(c.int8(schema.OperatorCodeDeprecated)), schema.Builtin(c.int32(schema.OperatorCodeBuiltin, 0)))
			found = found || s.operator != 0 && code == s.operator
			found = found || s.custom != "" && strings.Contains(string(c.bytes(schema.OperatorCodeCustom)), s.custom)
		}
		return found
	}
	for i := range min(g.tensors.n, maxNamed) {
		name := g.tensors.table(i).bytes(schema.TensorName)
		lower := strings.ToLower(string(name[:min(len(name), 4*maxName)]))
		for _, n := range s.names {
			if strings.Contains(lower, n) {
				return true
			}
		}
	}
	return false
}
