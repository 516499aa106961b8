package mobilenet

// A Published row is what the authors of the networks state about one of the family; for MobileNetV1 TF-slim's page
// (research/slim/nets/mobilenet_v1.md in tensorflow/models) and, for the quantised accuracies, the page of its hosted models.
type Published struct {
	Alpha        float64 // width multiplier
	Resolution   int     // side of the input in pixels
	MultiplyAdds float64 // millions
	Parameters   float64 // millions; V1's with three numbers of batch normalisation a channel, so more than Cost counts
	Float        Accuracy
	Quantized    Accuracy
	// MultiplyAddsDiffer marks the cells that are not the exact count in whole millions: those of α=0.75 are all about 2.5% too
	// low, 0.25 at 192 should be 30, and 0.5 at 224 is 149.5, rounded up.
	MultiplyAddsDiffer bool
	// ParametersDiffer marks the cells that are not the weights and biases, batch normalisation folded in, of 1001 classes.
	ParametersDiffer bool
}

// Accuracy is in percent of ImageNet's validation set.
type Accuracy struct{ Top1, Top5 float64 }

// PublishedResults returns MobileNetV1's published table, the largest network first.
func PublishedResults() []Published {
	return []Published{
		{1.00, 224, 569, 4.24, Accuracy{70.9, 89.9}, Accuracy{69.7, 89.5}, false, true},
		{1.00, 192, 418, 4.24, Accuracy{70.0, 89.2}, Accuracy{69.0, 88.9}, false, true},
		{1.00, 160, 291, 4.24, Accuracy{68.0, 87.7}, Accuracy{67.3, 87.7}, false, true},
		{1.00, 128, 186, 4.24, Accuracy{65.2, 85.8}, Accuracy{64.0, 85.5}, false, true},
		{0.75, 224, 317, 2.59, Accuracy{68.4, 88.2}, Accuracy{67.9, 88.1}, true, true},
		{0.75, 192, 233, 2.59, Accuracy{67.2, 87.3}, Accuracy{66.2, 87.1}, true, true},
		{0.75, 160, 162, 2.59, Accuracy{65.3, 86.0}, Accuracy{63.9, 85.5}, true, true},
		{0.75, 128, 104, 2.59, Accuracy{62.1, 83.9}, Accuracy{59.8, 82.8}, true, true},
		{0.50, 224, 150, 1.34, Accuracy{63.3, 84.9}, Accuracy{62.2, 84.5}, true, true},
		{0.50, 192, 110, 1.34, Accuracy{61.7, 83.6}, Accuracy{60.4, 83.2}, false, true},
		{0.50, 160, 77, 1.34, Accuracy{59.1, 81.9}, Accuracy{57.7, 81.3}, false, true},
		{0.50, 128, 49, 1.34, Accuracy{56.3, 79.4}, Accuracy{54.9, 78.9}, false, true},
		{0.25, 224, 41, 0.47, Accuracy{49.8, 74.2}, Accuracy{48.2, 73.8}, false, false},
		{0.25, 192, 34, 0.47, Accuracy{47.7, 72.3}, Accuracy{45.8, 71.9}, true, false},
		{0.25, 160, 21, 0.47, Accuracy{45.5, 70.3}, Accuracy{43.5, 69.1}, false, false},
		{0.25, 128, 14, 0.47, Accuracy{41.5, 66.3}, Accuracy{39.9, 65.8}, false, false},
	}
}
