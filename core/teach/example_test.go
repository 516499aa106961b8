package teach_test

import (
	"context"
	"fmt"
	"log"

	"mobilenet/core/teach"
)

// Two classes of a few pictures, of which a network's embeddings have been computed, as Classification.Embedding has them. These have three
// numbers instead of a thousand.
func Example() {
	ctx := context.Background()
	var examples []teach.Example
	for i := range 6 {
		x := float32(i) / 10
		examples = append(examples,
			teach.Example{Class: 0, Views: [][]float32{{2 + x, 1, 0}, {2, 1 + x, 0.2}}},
			teach.Example{Class: 1, Views: [][]float32{{0, 1, 2 - x}, {x, 1, 2}}})
	}
	validation, err := teach.Validate(ctx, examples, teach.Options{})
	if err != nil {
		log.Fatal(err)
	}
	report := validation.Report()
	fmt.Printf("%d of %d right, by classifiers that had not seen them\n", len(report.Cells[0][0])+len(report.Cells[1][1]), report.Tested)

	classifier, err := teach.Train(ctx, examples, teach.Options{Strength: validation.Strength})
	if err != nil {
		log.Fatal(err)
	}
	// model.WithClassifier(&classifier.Head) is the network with this classifier.
	if classifier.Head.Unknown, err = validation.Unknown(0.9); err != nil {
		log.Fatal(err)
	}
	for _, embedding := range [][]float32{{2.2, 1, 0.1}, {0.1, 1, 1.7}, {1, 9, 1}} {
		var logits []float32
		for _, v := range classifier.Head.Logits(nil, embedding) {
			logits = append(logits, float32(v))
		}
		probabilities, err := classifier.Probabilities(embedding)
		if err != nil {
			log.Fatal(err)
		}
		best := 0
		if probabilities[1] > probabilities[0] {
			best = 1
		}
		if classifier.Head.Unknown.IsNone(best, logits, embedding) {
			fmt.Println("none of these")
		} else {
			fmt.Println("class", classifier.Classes[best])
		}
	}
	// Output:
	// 12 of 12 right, by classifiers that had not seen them
	// class 0
	// class 1
	// none of these
}
