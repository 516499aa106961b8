package mobilenet

// PublishedV2Results returns what the authors of MobileNetV2 state about its networks, the largest first: the table of TF-slim's page
// (research/slim/nets/mobilenet/README.md in tensorflow/models). It has no accuracies of quantised networks: Quantized is zero.
//
// Multiply-adds are the exact count cut to whole millions, so that the cells where rounding gives one more are marked as differing.
// Parameters are the weights of 1001 classes, without biases and batch normalisation; none of them differs.
func PublishedV2Results() []Published {
	row := func(alpha float64, resolution int, multiplyAdds, parameters, top1, top5 float64, differ bool) Published {
		return Published{Alpha: alpha, Resolution: resolution, MultiplyAdds: multiplyAdds, Parameters: parameters,
			Float: Accuracy{top1, top5}, MultiplyAddsDiffer: differ}
	}
	return []Published{
		row(1.40, 224, 582, 6.06, 75.0, 92.5, false),
		row(1.30, 224, 509, 5.34, 74.4, 92.1, false),
		row(1.00, 224, 300, 3.47, 71.8, 91.0, true),
		row(1.00, 192, 221, 3.47, 70.7, 90.1, false),
		row(1.00, 160, 154, 3.47, 68.8, 89.0, false),
		row(1.00, 128, 99, 3.47, 65.3, 86.9, false),
		row(1.00, 96, 56, 3.47, 60.3, 83.2, false),
		row(0.75, 224, 209, 2.61, 69.8, 89.6, false),
		row(0.75, 192, 153, 2.61, 68.7, 88.9, true),
		row(0.75, 160, 107, 2.61, 66.4, 87.3, false),
		row(0.75, 128, 69, 2.61, 63.2, 85.3, false),
		row(0.75, 96, 39, 2.61, 58.8, 81.6, false),
		row(0.50, 224, 97, 1.95, 65.4, 86.4, false),
		row(0.50, 192, 71, 1.95, 63.9, 85.4, true),
		row(0.50, 160, 50, 1.95, 61.0, 83.2, false),
		row(0.50, 128, 32, 1.95, 57.7, 80.8, true),
		row(0.50, 96, 18, 1.95, 51.2, 75.8, true),
		row(0.35, 224, 59, 1.66, 60.3, 82.9, false),
		row(0.35, 192, 43, 1.66, 58.2, 81.2, true),
		row(0.35, 160, 30, 1.66, 55.7, 79.1, true),
		row(0.35, 128, 20, 1.66, 50.8, 75.0, false),
		row(0.35, 96, 11, 1.66, 45.5, 70.4, true),
	}
}
