package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"path"

	"mobilenet/core/picture"
	"mobilenet/core/pixels"
	"mobilenet/weights"
)

// A sample is a photo that the page offers to try, as the page reads of it.
type sample struct {
	Name       string `json:"name"`
	File       string `json:"file"`      // in dist
	Thumbnail  string `json:"thumbnail"` // in dist
	Author     string `json:"author"`
	License    string `json:"license"`
	LicenseURL string `json:"licenseUrl,omitempty"`
}

// addSamples brings and adds the photos of the list, each with a small square of it, so that a first visit takes no more. It gives
// the list of them in JSON.
func (s *site) addSamples(ctx context.Context) (string, error) {
	list, err := weights.Default()
	if err != nil {
		return "", err
	}
	defer announce("getting the photos that the page offers")()
	var samples []sample
	for _, from := range list.Samples {
		photo, err := list.Read(ctx, from.File)
		if err != nil {
			return "", err
		}
		small, err := thumbnail(photo)
		if err != nil {
			return "", fmt.Errorf("sample %s: %w", from.Name, err)
		}
		file := "samples/" + from.Named(from.Name+path.Ext(from.Source))
		s.add(file, photo)
		samples = append(samples, sample{
			Name: from.Name, File: file, Thumbnail: s.addHashed("samples/"+from.Name+"-thumbnail.jpg", small),
			Author: from.Author, License: from.License, LicenseURL: from.LicenseURL,
		})
	}
	data, err := json.Marshal(samples)
	return string(data), err
}

// Six thumbnails come with every first visit. At one and a half times the 96 px that the page shows, and this quality, they are
// sharp enough for screens with small pixels, and take 20 KB together.
const (
	thumbnailSide    = 144
	thumbnailQuality = 60
)

// thumbnail returns the middle of a photo as a small JPEG.
func thumbnail(photo []byte) ([]byte, error) {
	from, err := picture.Decode(photo, picture.Default)
	if err != nil {
		return nil, err
	}
	rgb := make([]byte, thumbnailSide*thumbnailSide*3)
	if err := pixels.Resize(rgb, thumbnailSide, thumbnailSide, from, pixels.Square.Box(from.Width, from.Height, 1, 1), false); err != nil {
		return nil, err
	}
	to := image.NewRGBA(image.Rect(0, 0, thumbnailSide, thumbnailSide))
	for i := range thumbnailSide * thumbnailSide {
		copy(to.Pix[4*i:], rgb[3*i:3*i+3])
		to.Pix[4*i+3] = 255
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, to, &jpeg.Options{Quality: thumbnailQuality})
	return out.Bytes(), err
}
