package main

import (
	"context"
	"io"
	"sync"

	"mobilenet/core/mobilenet"
	"mobilenet/core/pixels"
)

// read reads pictures of the folder, spread evenly where there are more than wanted, as a model's engines take them. What cannot be read is
// listed, and the error is then errSaid.
func (k *calibration) read(ctx context.Context, stderr io.Writer, m *mobilenet.Model) (inputs [][]byte, err error) {
	s := selection{args: []string{k.folder}}
	var all []item
	for i := range s.items(ctx) {
		all = append(all, i)
	}
	chosen := make([]item, min(len(all), k.most))
	for i := range chosen {
		chosen[i] = all[i*len(all)/len(chosen)]
	}
	p := newProgress(stderr)
	p.count(func(p *progress) { p.total = len(chosen) })
	read := make([][]byte, len(chosen))
	failed := make([]error, len(chosen))
	reader, jobs := newReader(memoryForAll), make(chan int)
	var workers sync.WaitGroup
	for range min(k.jobs, len(chosen)) {
		workers.Go(func() {
			for i := range jobs {
				read[i], failed[i] = k.input(ctx, reader, m, chosen[i])
				p.count(func(p *progress) {
					p.done++
					if failed[i] != nil {
						p.broken++
					}
				})
			}
		})
	}
	for i := range chosen {
		if ctx.Err() != nil {
			break
		}
		jobs <- i
	}
	close(jobs)
	workers.Wait()
	p.stop()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var broken failures
	for i := range chosen {
		switch {
		case failed[i] != nil:
			broken.add(chosen[i].name(), failed[i])
		default:
			inputs = append(inputs, read[i])
		}
	}
	broken.say(stderr)
	if broken.count > 0 {
		return inputs, errSaid
	}
	return inputs, nil
}

// input is a picture as the model reads it.
func (k *calibration) input(ctx context.Context, reader *reader, m *mobilenet.Model, i item) ([]byte, error) {
	p, err := reader.read(ctx, i)
	if err != nil {
		return nil, err
	}
	defer p.release()
	in := m.InputShape()
	rgb := make([]byte, 3*in.H*in.W)
	if err := pixels.Resize(rgb, in.W, in.H, p.Image, k.cut.Box(p.Width, p.Height, in.W, in.H), false); err != nil {
		return nil, err
	}
	if m.Grey {
		return pixels.Luma(rgb), nil
	}
	return rgb, nil
}
