package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// TLS makes the configuration of a server whose certificate, with those between it and the root, and key lie in files, as PEM. Both are read
// again once they were written anew, as they are every few weeks.
func TLS(certificate, key string, log *slog.Logger) (*tls.Config, error) {
	p := &pair{certificate: certificate, key: key, log: log}
	if err := p.read(); err != nil {
		return nil, fmt.Errorf("TLS with the certificate in %s and the key in %s: %w", certificate, key, err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return p.get(), nil }}, nil
}

// lookAgain is how often the files are looked at, at most.
const lookAgain = 10 * time.Second

// A pair is a certificate and its key.
type pair struct {
	certificate, key string
	log              *slog.Logger

	mutex   sync.Mutex
	loaded  *tls.Certificate
	written [2]time.Time // when the files were, that loaded is of
	looked  time.Time
}

// get is the pair as it is in the files, or as it was where those do not fit together, as while they are being replaced.
func (p *pair) get() *tls.Certificate {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if time.Since(p.looked) >= lookAgain {
		if err := p.read(); err != nil {
			p.log.Error("the certificate cannot be read again, and the one before stays in use", "error", err)
		}
	}
	return p.loaded
}

func (p *pair) read() error {
	p.looked = time.Now()
	var written [2]time.Time
	for i, name := range []string{p.certificate, p.key} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		written[i] = info.ModTime()
	}
	if p.loaded != nil && written == p.written {
		return nil
	}
	loaded, err := tls.LoadX509KeyPair(p.certificate, p.key)
	if err != nil {
		return err
	}
	p.loaded, p.written = &loaded, written
	return nil
}
