package mobilenet_test

import (
	"fmt"
	"log"

	"mobilenet/core/mobilenet"
)

// What the whole network costs, and where.
func ExampleNetwork_Layers() {
	network := mobilenet.Network{Alpha: 0.25, Resolution: 128, Classes: 1001, MinChannels: mobilenet.MinChannels}
	layers, err := network.Layers()
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range layers[:3] {
		fmt.Printf("%-4s %-9v %v -> %v: %d parameters, %d multiply-adds\n", l.Name, l.Kind, l.In, l.Out, l.Parameters(), l.MultiplyAdds())
	}
	parameters, biases, multiplyAdds := mobilenet.Cost(layers)
	fmt.Println("total:", parameters, "parameters,", biases, "biases,", multiplyAdds, "multiply-adds")
	// Output:
	// conv conv      [128,128,3] -> [64,64,8]: 216 parameters, 884736 multiply-adds
	// dw1  depthwise [64,64,8] -> [64,64,8]: 72 parameters, 294912 multiply-adds
	// pw1  pointwise [64,64,8] -> [64,64,16]: 128 parameters, 524288 multiply-adds
	// total: 463856 parameters, 3737 biases, 13570304 multiply-adds
}

// A depthwise separable convolution against a standard one: 3×3 kernels take 3 channels of 224×224 pixels to 2.
func ExampleSeparableCost() {
	parameters, multiplyAdds := mobilenet.StandardCost(3, 3, 2, 224)
	fmt.Println("standard: ", parameters, multiplyAdds)
	parameters, multiplyAdds = mobilenet.SeparableCost(3, 3, 2, 224)
	fmt.Println("separable:", parameters, multiplyAdds)
	fmt.Printf("1/N + 1/Dk² = %.3f\n", mobilenet.Reduction(3, 2))
	// Output:
	// standard:  54 2709504
	// separable: 33 1655808
	// 1/N + 1/Dk² = 0.611
}
