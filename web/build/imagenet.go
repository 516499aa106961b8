package main

import (
	"encoding/json"
	"fmt"

	"mobilenet/weights/imagenet"
)

const imagenetName, imagenetExt = "app/imagenet", ".json"

// addImageNet adds what the page tells of ImageNet's classes, for web/app/store/imagenet.ts, which says what the fields mean. It
// gives the name of the file in dist. The page asks for it after all that a first answer needs.
func (s *site) addImageNet() (string, error) {
	classes, err := imagenet.Classes()
	if err != nil {
		return "", err
	}
	groups, err := imagenet.Groups()
	if err != nil {
		return "", err
	}
	var file struct {
		Source  string   `json:"source"`
		Groups  [][3]any `json:"groups"`
		Classes [][3]any `json:"classes"`
	}
	file.Source = "Groups and meanings: WordNet 3.0 Copyright 2006 by Princeton University. Its license is in NOTICE.txt."
	at := map[string]int{}
	for i, g := range groups {
		at[g.Key] = i
		file.Groups = append(file.Groups, [3]any{g.English, g.Chinese, append([]string{}, g.Above...)})
	}
	for _, c := range classes {
		group, ok := at[c.Group]
		if !ok {
			return "", fmt.Errorf("the class %s is in a group %q, which there is not", c.Label, c.Group)
		}
		file.Classes = append(file.Classes, [3]any{c.Label, group, c.Gloss})
	}
	data, err := json.Marshal(file)
	if err != nil {
		return "", err
	}
	return s.addHashed(imagenetName+imagenetExt, data), nil
}

// wordNet is the component whose groups and meanings that file holds.
func (s *site) wordNet() component {
	return component{
		kind: "data", name: "WordNet", version: "3.0", author: "Princeton University", source: "https://wordnet.princeton.edu/",
		where:   s.find(imagenetName + "-"),
		license: "WordNet", text: imagenet.License,
	}
}
