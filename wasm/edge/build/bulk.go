package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"mobilenet/web/build/output"
)

// A bulkFile is a file of the page /bulk, which the Worker of bulk/ has in its code: it is no asset, so the Worker without that part
// does not serve it.
type bulkFile struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Hashed bool   `json:"hashed"` // its name changes with its content
}

// writeBulkPage bundles bulk/page and writes bulk.json, the files by their path.
func writeBulkPage(src, out string) error {
	abs, err := filepath.Abs(src)
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     filepath.Join(abs, "wasm", "edge", "bulk", "page"),
		EntryPoints:       []string{"page.ts", "page.css"},
		Outdir:            filepath.Join(abs, "bundle"), // only in name
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
	})
	for _, message := range append(result.Errors, result.Warnings...) {
		err = errors.Join(err, errors.New(strings.Join(api.FormatMessages([]api.Message{message}, api.FormatMessagesOptions{}), "")))
	}
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(abs, "wasm", "edge", "bulk", "page", "index.html"))
	if err != nil {
		return err
	}
	html := string(data)
	files := map[string]bulkFile{}
	for _, file := range result.OutputFiles {
		name := filepath.Base(file.Path)
		if strings.Count(html, `"`+name+`"`) != 1 {
			return fmt.Errorf("wasm/edge/bulk/page/index.html does not load %s, or not once", name)
		}
		path := output.HashedName("/bulk/"+name, "-", output.SHA256(file.Contents))
		html = strings.Replace(html, `"`+name+`"`, `"`+path+`"`, 1)
		kind := "text/css; charset=utf-8"
		if filepath.Ext(name) == ".js" {
			kind = "text/javascript; charset=utf-8"
		}
		files[path] = bulkFile{Type: kind, Text: string(file.Contents), Hashed: true}
	}
	files["/bulk"] = bulkFile{Type: "text/html; charset=utf-8", Text: html}
	encoded, err := json.Marshal(files)
	if err != nil {
		return err
	}
	return output.WriteFile(filepath.Join(out, "bulk.json"), encoded)
}
