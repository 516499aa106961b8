//go:build page

package page

import _ "embed"

//go:embed page.zip
var archive []byte
