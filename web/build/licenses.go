package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"mobilenet/weights"
)

// goLicenseText is the file LICENSE of Go, which some systems' packages of Go leave out.
//
//go:embed go-license.txt
var goLicenseText string

// licenseIn reads the licence of a module from its folder, with the notice that Apache's wants passed on.
func licenseIn(module fs.FS) (id, text string, err error) {
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING"} {
		data, err := fs.ReadFile(module, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", "", err
		}
		id, err := licenseOf(string(data))
		if err != nil {
			return "", "", fmt.Errorf("its file %s: %w", name, err)
		}
		notice, err := fs.ReadFile(module, "NOTICE")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", "", err
		}
		return id, string(data) + string(notice), nil
	}
	return "", "", errors.New("it has no file LICENSE")
}

// licenseOf tells which licence a text is.
func licenseOf(text string) (string, error) {
	words := strings.Join(strings.Fields(text), " ")
	for _, known := range []struct{ id, words string }{
		{"Apache-2.0", "Apache License Version 2.0, January 2004"},
		{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"},
		{"BSD-3-Clause", "may be used to endorse or promote products derived from this software without specific prior written permission"},
		{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright notice"}, // what remains of the one above
	} {
		if strings.Contains(words, known.words) {
			return known.id, nil
		}
	}
	return "", errors.New("is none of the licences that web/build/licenses.go knows; if its terms can be met, name it there")
}

// licenseTexts brings the texts that the list names.
func licenseTexts(ctx context.Context, list *weights.List) (map[string]string, error) {
	texts := map[string]string{}
	for name, file := range list.Licenses {
		text, err := list.Read(ctx, file)
		if err != nil {
			return nil, fmt.Errorf("the licence of %s cannot be found: %w", name, err)
		}
		texts[name] = string(text)
	}
	return texts, nil
}
