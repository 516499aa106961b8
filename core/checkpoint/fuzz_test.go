package checkpoint_test

import (
	"archive/zip"
	"math/rand/v2"
	"testing"

	"mobilenet/core/checkpoint"
	"mobilenet/core/mobilenet"
)

// smallKeras is a network of width 0.01 as a version of Keras writes it.
func smallKeras(version int) *kerasFile {
	f := kerasForm(mobilenet.V1)
	f.alpha = 0.01
	return kerasOf(f.model(9), version, false, rand.New(rand.NewPCG(9, 9)))
}

// FuzzTorch reads what may be files of PyTorch and safetensors.
func FuzzTorch(f *testing.F) {
	arrays := small("marvis/pytorch-mobilenet")
	f.Add(torchZip(arrays, zip.Store, func(p *pickler) { p.training(arrays) }))
	f.Add(torchLegacy(arrays, func(p *pickler) { p.stateDict("", arrays) }))
	f.Add(torchLegacy(arrays[:2], func(p *pickler) { p.training(arrays[:2]) }))
	f.Add(safetensorsFile(arrays))
	f.Add(safetensorsFile(arrays[:2]))
	f.Fuzz(reads)
}

// FuzzKeras reads what may be HDF5 and .keras files.
func FuzzKeras(f *testing.F) {
	k := smallKeras(2)
	f.Add(k.h5(false))
	f.Add(k.h5(true))
	f.Add(k.weightsOnly())
	f.Add(smallKeras(3).keras())
	f.Add(smallKeras(3).counted())
	f.Fuzz(reads)
}

// reads sees that a file is an error or a sound model.
func reads(t *testing.T, data []byte) {
	r, err := checkpoint.Read(data, checkpoint.Options{Resolution: 32})
	if err != nil {
		return
	}
	if err := r.Model.Check(); err != nil {
		t.Error(err)
	}
}
