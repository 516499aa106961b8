package main

import (
	"fmt"
	"html"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"mobilenet/web/headers"
)

var (
	policy    = regexp.MustCompile(`(<meta\s+http-equiv="Content-Security-Policy"\s+content=")[^"]*"`)
	reference = regexp.MustCompile(`(\s(?:href|src)=")([^":#]+)"`) // of a file of the site
	preview   = regexp.MustCompile(`(<meta property="og:image" content=")([^":]+)"`)
)

// addPage adds index.html, with the policy that the server also sends, and with the names that its files have in dist. What it
// refers to is a bundle in renamed, a file of the site, or else a file of web/ that is then added. Modules in preload are asked for
// at once, not only when the script that imports them is there.
//
// The picture beside links to the page needs an absolute URL, so where the page's own is not known, most sites show none.
func (s *site) addPage(src, address string, renamed map[string]string, preload []string) error {
	name := filepath.Join(src, "web", "index.html")
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	page := string(data)
	bundles := slices.Sorted(maps.Keys(renamed))
	if n := len(policy.FindAllString(page, -1)); n != 1 {
		return fmt.Errorf(`web/index.html: %d of <meta http-equiv="Content-Security-Policy" content="...">, want 1`, n)
	}
	page = policy.ReplaceAllString(page, "${1}"+headers.Meta+`"`)
	page = reference.ReplaceAllStringFunc(page, func(match string) string {
		parts := reference.FindStringSubmatch(match)
		target, e := s.refer(src, parts[2], renamed)
		if e != nil && err == nil {
			err = e
		}
		return parts[1] + target + `"`
	})
	if err != nil {
		return err
	}
	if page, err = s.addPreview(src, address, page, renamed); err != nil {
		return err
	}
	for _, bundle := range bundles {
		if !strings.Contains(page, `"`+renamed[bundle]+`"`) {
			return fmt.Errorf("web/index.html does not load %s", bundle)
		}
	}
	var links strings.Builder
	for _, name := range preload {
		links.WriteString(`  <link rel="modulepreload" href="` + name + `">` + "\n  ")
	}
	page = strings.Replace(page, "</head>", links.String()+"</head>", 1)
	s.add("index.html", []byte(page))
	return nil
}

// addPreview adds the picture that other sites show beside a link to the page, and names it and the page by their URLs.
func (s *site) addPreview(src, address, page string, renamed map[string]string) (string, error) {
	if address != "" {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
			return "", fmt.Errorf("--url %s is no address of a page, as https://example.org/depthwise/ is", address)
		}
		address = html.EscapeString(strings.TrimSuffix(u.String(), "/") + "/")
	}
	parts := preview.FindStringSubmatchIndex(page)
	if parts == nil {
		return page, nil
	}
	target, err := s.refer(src, page[parts[4]:parts[5]], renamed)
	if err != nil {
		return "", err
	}
	own := ""
	if address != "" {
		own = `<meta property="og:url" content="` + address + `">` + "\n    "
	}
	return page[:parts[0]] + own + page[parts[0]:parts[4]] + address + target + page[parts[5]:], nil
}

// refer returns the name in dist of what index.html calls ref.
func (s *site) refer(src, ref string, renamed map[string]string) (string, error) {
	if to, ok := renamed[ref]; ok {
		return to, nil
	}
	if _, ok := s.files[ref]; ok {
		return ref, nil
	}
	data, err := os.ReadFile(filepath.Join(src, "web", filepath.FromSlash(ref)))
	if err != nil {
		return "", fmt.Errorf("web/index.html refers to %s, which is neither built nor in web/: %w", ref, err)
	}
	renamed[ref] = s.addHashed(ref, data)
	return renamed[ref], nil
}
