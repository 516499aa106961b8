package checkpoint

import (
	"strings"
)

// A layout is the names that a program's layers have, and what its authors train with.
type layout struct {
	name string
	// sections are names in the network's order, # standing for a number. The layers of a section are in the order of their numbers,
	// then of the section's names.
	sections [][]string

	activation    Activation
	padding       Padding
	epsilon       float64
	normalization Normalization
	resolution    int
}

// torchLayouts are those of PyTorch programs.
var torchLayouts = []layout{
	{
		name: "marvis/pytorch-mobilenet",
		sections: [][]string{
			{"model.#.0", "model.#.1", "model.#.3", "model.#.4"},
			{"fc"},
		},
		activation: ReLU, padding: Symmetric, epsilon: 1e-5, normalization: ImageNet, resolution: 224,
	},
	{
		name: "timm",
		sections: [][]string{
			{"conv_stem"}, {"bn1"},
			{"blocks.#.#.conv_dw", "blocks.#.#.bn1", "blocks.#.#.conv_pw", "blocks.#.#.bn2"},
			{"conv_head"}, {"norm_head"}, {"classifier"},
		},
		activation: ReLU6, padding: Symmetric, epsilon: 1e-5, normalization: MinusOneToOne, resolution: 224,
	},
	{
		name: "RetinaFace",
		sections: [][]string{
			{"stage#.#.0", "stage#.#.1", "stage#.#.3", "stage#.#.4"},
			{"fc"},
		},
		activation: LeakyReLU(0.1), padding: Symmetric, epsilon: 1e-5, normalization: ImageNet, resolution: 224,
	},
	{
		name: "torchvision",
		sections: [][]string{
			{"features.#.#", "features.#.conv.#.#", "features.#.conv.#"},
			{"classifier.#"},
		},
		activation: ReLU6, padding: Symmetric, epsilon: 1e-5, normalization: ImageNet, resolution: 224,
	},
}

// unknownTorch is what is assumed of a PyTorch program whose names are not known.
var unknownTorch = layout{activation: ReLU, padding: Symmetric, epsilon: 1e-5, normalization: ImageNet, resolution: 224}

// kerasLayouts are those of keras.applications. A Keras file has its layers in order: the sections only tell whose they are.
var kerasLayouts = []layout{
	{
		name: "keras.applications.MobileNet",
		sections: [][]string{
			{"conv#"}, {"conv#_bn"},
			{"conv_dw_#", "conv_dw_#_bn", "conv_pw_#", "conv_pw_#_bn"},
			{"conv_preds"}, {"predictions"},
		},
		activation: ReLU6, padding: After, epsilon: 1e-3, normalization: MinusOneToOne, resolution: 224,
	},
	{
		name: "keras.applications.MobileNetV2",
		sections: [][]string{
			{"Conv#"}, {"bn_Conv#"}, {"Conv#_bn"},
			{"expanded_conv_depthwise"}, {"expanded_conv_depthwise_BN"}, {"expanded_conv_project"}, {"expanded_conv_project_BN"},
			{"block_#_expand", "block_#_expand_BN", "block_#_depthwise", "block_#_depthwise_BN", "block_#_project", "block_#_project_BN"},
			{"Conv_#"}, {"Conv_#_bn"}, {"Logits"}, {"predictions"},
		},
		activation: ReLU6, padding: After, epsilon: 1e-3, normalization: MinusOneToOne, resolution: 224,
	},
}

// unknownKeras is what is assumed of a Keras file that neither has a configuration nor names that are known.
var unknownKeras = layout{activation: ReLU, padding: Same, epsilon: 1e-3, normalization: MinusOneToOne, resolution: 224}

// recognize finds the PyTorch layout whose names all the layers have, and for each the key that it is sorted by. A prefix that all
// names share, as module. is, is taken away if need be. keys is nil where no layout is known.
func recognize(names []string) (l layout, keys [][]int) {
	for {
		for _, l := range torchLayouts {
			if keys := l.keys(names); keys != nil {
				return l, keys
			}
		}
		if names = withoutPrefix(names); names == nil {
			return unknownTorch, nil
		}
	}
}

// withoutPrefix takes the first part off all names; nil if they do not have the same.
func withoutPrefix(names []string) []string {
	var shorter []string
	for _, n := range names {
		prefix, rest, _ := strings.Cut(n, ".")
		if first, _, _ := strings.Cut(names[0], "."); rest == "" || prefix != first {
			return nil
		}
		shorter = append(shorter, rest)
	}
	return shorter
}

// keys are what names are sorted by: the section, the numbers, the place in the section. nil if one of the names is not the layout's, or if
// the first section has none.
func (l *layout) keys(names []string) [][]int {
	var keys [][]int
	begun := false
	for _, name := range names {
		key := l.key(name)
		if key == nil {
			return nil
		}
		begun = begun || key[0] == 0
		keys = append(keys, key)
	}
	if !begun {
		return nil
	}
	return keys
}

func (l *layout) key(name string) []int {
	for s, section := range l.sections {
		for i, pattern := range section {
			if numbers, ok := match(pattern, name); ok {
				return append(append([]int{s}, numbers...), i)
			}
		}
	}
	return nil
}

// match compares a name with a pattern, and gives the numbers that stand for #.
func match(pattern, name string) (numbers []int, ok bool) {
	for pattern != "" {
		if pattern[0] != '#' {
			if name == "" || name[0] != pattern[0] {
				return nil, false
			}
			pattern, name = pattern[1:], name[1:]
			continue
		}
		n, value := digits(name), 0
		if n == 0 || n > 6 {
			return nil, false
		}
		for _, d := range name[:n] {
			value = 10*value + int(d-'0')
		}
		numbers, pattern, name = append(numbers, value), pattern[1:], name[n:]
	}
	return numbers, name == ""
}
