//go:build !wasm

package teach_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
	"os"
	"path/filepath"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/picture"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/teach"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// teachFolder teaches a model the pictures of a folder, one sub-folder a class, and returns the taught model as a .tflite file.
func teachFolder(ctx context.Context, model *mobilenet.Model, folder string) ([]byte, error) {
	engine, err := simd.New(model, simd.Capabilities{Threads: 1}, wazerohost.Host{})
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	classifier, err := classify.New(model, engine, nil)
	if err != nil {
		return nil, err
	}
	folders, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var labels []string
	var examples []teach.Example
	for _, class := range folders {
		files, err := os.ReadDir(filepath.Join(folder, class.Name()))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			file, err := os.ReadFile(filepath.Join(folder, class.Name(), f.Name()))
			if err != nil {
				return nil, err
			}
			photo, err := picture.Decode(file, picture.Default)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name(), err)
			}
			seen, err := classifier.Classify(ctx, photo, classify.Options{Views: 2, Embeddings: true})
			if err != nil {
				return nil, err
			}
			examples = append(examples, teach.Example{Class: len(labels), Views: seen.Embeddings})
		}
		labels = append(labels, class.Name())
	}
	learned, err := teach.Learn(ctx, examples, teach.LearnOptions{Validate: true, Keep: 0.9})
	if err != nil {
		return nil, err
	}
	fmt.Printf("%d of %d photos right, by classifiers that had not seen them\n",
		int(learned.Report.Accuracy*float64(learned.Report.Tested)+0.5), learned.Report.Tested)
	taught, err := model.WithClassifier(&learned.Head)
	if err != nil {
		return nil, err
	}
	return tflite.Write(taught, &tflite.Metadata{Labels: labels})
}

// A folder of pictures becomes a model of one's own: here a few bright and dark ones, for a small network with made-up weights.
func ExampleLearn_folder() {
	folder, err := os.MkdirTemp("", "teach-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	for class, grey := range map[string]int{"dark": 20, "bright": 200} {
		for i := range 6 {
			if err := writePicture(filepath.Join(folder, class, fmt.Sprint(i, ".png")), grey+7*i); err != nil {
				log.Fatal(err)
			}
		}
	}
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{}))
	if err != nil {
		log.Fatal(err)
	}
	file, err := teachFolder(context.Background(), model, folder)
	if err != nil {
		log.Fatal(err)
	}
	metadata, err := tflite.ReadMetadata(file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(metadata.Labels)
	// Output:
	// 12 of 12 photos right, by classifiers that had not seen them
	// [bright dark]
}

// writePicture writes a picture of one grey with a darker corner.
func writePicture(name string, grey int) error {
	drawn := image.NewGray(image.Rect(0, 0, 48, 48))
	for y := range 48 {
		for x := range 48 {
			v := grey
			if x < 12 && y < 12 {
				v /= 2
			}
			drawn.SetGray(x, y, color.Gray{Y: uint8(v)})
		}
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(file, drawn), file.Close())
}
