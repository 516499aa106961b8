package main

import (
	"encoding/json"
	"net/url"
	"strings"
)

// sbomFile is the software bill of materials, in JSON of CycloneDX 1.6 (ECMA-424). It tells nothing of when, where and by whom it
// was made, so that the same sources give the same bytes.
const sbomFile = "sbom.cdx.json"

type bom struct {
	Format       string          `json:"bomFormat"`
	SpecVersion  string          `json:"specVersion"`
	Version      int             `json:"version"`
	Metadata     bomMetadata     `json:"metadata"`
	Components   []bomComponent  `json:"components"`
	Dependencies []bomDependency `json:"dependencies"`
}

type bomMetadata struct {
	Component bomComponent `json:"component"`
}

type bomComponent struct {
	Type               string         `json:"type"`
	Ref                string         `json:"bom-ref"`
	Publisher          string         `json:"publisher,omitempty"`
	Name               string         `json:"name"`
	Version            string         `json:"version,omitempty"`
	Description        string         `json:"description,omitempty"`
	Hashes             []bomHash      `json:"hashes,omitempty"`
	Licenses           []bomLicense   `json:"licenses,omitempty"`
	PURL               string         `json:"purl,omitempty"`
	ExternalReferences []bomReference `json:"externalReferences,omitempty"`
}

type bomHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type bomLicense struct {
	License struct {
		ID   string `json:"id,omitempty"`
		Name string `json:"name,omitempty"`
	} `json:"license"`
}

type bomReference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type bomDependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// sbom lists the components as what this version of the page depends on.
func sbom(version string, all []component) ([]byte, error) {
	top := bomComponent{Type: "application", Ref: "depthwise", Name: "depthwise", Version: version, Licenses: bomLicenses("Apache-2.0")}
	b := bom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1, Metadata: bomMetadata{top}}
	depends := bomDependency{Ref: top.Ref}
	for _, c := range all {
		made := bomComponent{
			Type: c.kind, Ref: c.kind + " " + c.name, Publisher: c.author, Name: c.name, Version: c.version,
			Description: c.title() + " in " + c.where, Licenses: bomLicenses(c.license), PURL: c.purl(),
		}
		if c.sha256 != "" {
			made.Hashes = []bomHash{{"SHA-256", c.sha256}}
		}
		if made.PURL == "" && c.source != "" {
			made.ExternalReferences = []bomReference{{"distribution", c.source}}
		}
		b.Components = append(b.Components, made)
		b.Dependencies = append(b.Dependencies, bomDependency{Ref: made.Ref})
		depends.DependsOn = append(depends.DependsOn, made.Ref)
	}
	b.Dependencies = append(b.Dependencies, depends)
	data, err := json.MarshalIndent(b, "", "  ")
	return append(data, '\n'), err
}

// bomLicenses names a licence by its SPDX identifier, which is as the page shows it but for spaces; another one by its name.
func bomLicenses(license string) []bomLicense {
	if license == "" {
		return nil
	}
	var l bomLicense
	switch id := strings.ReplaceAll(license, " ", "-"); id {
	case "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "LGPL-3.0-or-later", "MIT", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "WordNet":
		l.License.ID = id
	default:
		l.License.Name = license
	}
	return []bomLicense{l}
}

// purl is the package URL of what comes from a Go module: of the module, or of a file in it.
func (c *component) purl() string {
	escape := func(version string) string { return strings.ReplaceAll(url.PathEscape(version), "+", "%2B") }
	if c.name == heifName || c.name == de265Name {
		return "pkg:github/strukturag/" + c.name + "@v" + c.version
	}
	if c.kind == "library" {
		return "pkg:golang/" + strings.ToLower(c.name) + "@" + escape(c.version)
	}
	module, rest, ok := strings.Cut(c.source, "@")
	if !ok || strings.Contains(module, ":") {
		return ""
	}
	version, file, _ := strings.Cut(rest, "/")
	return "pkg:golang/" + strings.ToLower(module) + "@" + escape(version) + "#" + file
}
