package main

import (
	"errors"
	"fmt"
	"slices"
)

// senses are the synsets of the labels that the order leaves open: the first word of several synsets that would fit there. They are
// ILSVRC-2012's, as the file research/slim/datasets/imagenet_lsvrc_2015_synsets.txt of TensorFlow's models (Apache-2.0) lists them;
// for most, all the words of the class, as the package @tensorflow-models/mobilenet 2.1.1 (Apache-2.0) has them, say the same.
var senses = map[string]int{
	"green snake": 1729977, "echidna": 1872401, "red fox": 2119022, "kit fox": 2119789, "tabby": 2123045, "ox": 2403003,
	"abacus": 2666196, "altar": 2699494, "amphibian": 2704792, "apron": 2730930, "balloon": 2782093, "barrel": 2795169,
	"bassinet": 2804414, "beaker": 2815834, "bib": 2834397, "binder": 2840245, "bobsled": 2860847, "bow": 2879718,
	"brass": 2892201, "cab": 2930766, "cannon": 2950826, "carousel": 2966193, "castle": 2980441, "chain": 2999410,
	"cloak": 3045698, "clog": 3047690, "coil": 3065424, "convertible": 3100240, "crib": 3131574, "diaper": 3188531,
	"dock": 3216828, "dome": 3220513, "drum": 3249569, "Dutch oven": 3259280, "envelope": 3291819, "file": 3337140,
	"flute": 3372029, "fountain": 3388043, "gown": 3450230, "half track": 3478589, "hammer": 3481172, "harp": 3495258,
	"holster": 3527444, "hook": 3532672, "iron": 3584829, "jersey": 3595614, "library": 3661043, "liner": 3673027,
	"lotion": 3690938, "mailbag": 3709823, "mask": 3724870, "monitor": 3782006, "mortar": 3786901,
	"mortarboard": 3787032, "paddle": 3873416, "pajama": 3877472, "palace": 3877845, "pick": 3929660, "pickup": 3930630,
	"pier": 3933933, "pinwheel": 3944341, "plane": 3954731, "planetarium": 3956157, "pole": 3976657, "pot": 3991062,
	"printer": 4004767, "projector": 4009552, "radiator": 4040759, "reel": 4067472, "rotisserie": 4111531,
	"safe": 4125021, "scale": 4141975, "schooner": 4147183, "screen": 4152593, "screw": 4153751, "shield": 4192698,
	"shovel": 4208210, "slot": 4243546, "snorkel": 4251144, "spatula": 4270147, "spider web": 4275548,
	"spindle": 4277352, "stage": 4296562, "stove": 4330267, "stretcher": 4336792, "suit": 4350905, "swab": 4367480,
	"switch": 4372370, "tank": 4389033, "tractor": 4465501, "upright": 4515003, "vault": 4523525, "wardrobe": 4550184,
	"washbasin": 4553703, "washer": 4554684, "whistle": 4579432, "wing": 4592741, "wooden spoon": 4597913,
	"yawl": 4612504, "groom": 10148035, "corn": 12144580,
}

// synsets finds the synset of every label. A label is the first word of its synset, and ILSVRC's classes are sorted by the synset's
// number; senses says the rest.
func (w wordNet) synsets(labels []string) ([]*synset, error) {
	byFirst := map[string][]int{}
	for number, s := range w {
		byFirst[s.words[0]] = append(byFirst[s.words[0]], number)
	}
	possible := make([][]int, len(labels))
	lowest := 0
	for i, label := range labels {
		numbers := slices.Sorted(slices.Values(byFirst[label]))
		if sense, ok := senses[label]; ok {
			numbers = slices.DeleteFunc(numbers, func(n int) bool { return n != sense })
		}
		possible[i] = slices.DeleteFunc(numbers, func(n int) bool { return n <= lowest })
		if len(possible[i]) == 0 {
			return nil, fmt.Errorf("class %d, %q, is the first word of no synset behind %08d", i, label, lowest)
		}
		lowest = possible[i][0]
	}
	var all []*synset
	var unclear []error
	for i, highest := len(labels)-1, int(1e8); i >= 0; i-- {
		possible[i] = slices.DeleteFunc(possible[i], func(n int) bool { return n >= highest })
		if len(possible[i]) == 0 {
			return nil, fmt.Errorf("class %d, %q, is the first word of no synset before %08d", i, labels[i], highest)
		}
		if len(possible[i]) > 1 {
			unclear = append(unclear, fmt.Errorf("class %d, %q, may be any of the synsets %08d: senses must say which", i, labels[i], possible[i]))
		}
		highest = possible[i][len(possible[i])-1]
		all = append(all, w[highest])
	}
	slices.Reverse(all)
	return all, errors.Join(unclear...)
}
