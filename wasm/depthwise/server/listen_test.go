package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificate writes one for 127.0.0.1, of a number by which it is told, and its key.
func certificate(t *testing.T, dir string, number int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// HTTPS speaks HTTP/2 and HTTP/1.1, and a certificate that was written anew is the one that the next client sees; one that is broken is not.
func TestTLS(t *testing.T) {
	cert, key := certificate(t, t.TempDir(), 1)
	log := &lockedBuffer{}
	config, err := TLS(cert, key, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	b := newBed(t, func(o *Options) { o.TLS = config })
	ask := func(http2 bool) (*http.Response, answer) {
		var protocols http.Protocols
		protocols.SetHTTP1(!http2)
		protocols.SetHTTP2(http2)
		c := &http.Client{Transport: &http.Transport{
			Protocols: &protocols, DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		}}
		r, err := c.Get(b.url + "/api/health")
		if err != nil {
			t.Fatal(err)
		}
		return r, read(r, nil)
	}
	for _, http2 := range []bool{true, false} {
		r, a := ask(http2)
		if (r.ProtoMajor == 2) != http2 || a.status != 200 || r.TLS.PeerCertificates[0].SerialNumber.Int64() != 1 {
			t.Errorf("HTTP/%d, %d", r.ProtoMajor, a.status)
		}
	}
	p := &pair{certificate: cert, key: key, log: slog.New(slog.NewTextHandler(log, nil))}
	if err := p.read(); err != nil {
		t.Fatal(err)
	}
	serial := func() int64 {
		p.looked = time.Time{}
		leaf, err := x509.ParseCertificate(p.get().Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return leaf.SerialNumber.Int64()
	}
	certificate(t, filepath.Dir(cert), 2)
	later := time.Now().Add(time.Minute)
	os.Chtimes(cert, later, later)
	if n := serial(); n != 2 {
		t.Errorf("certificate %d after it was written anew", n)
	}
	if err := os.WriteFile(cert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := serial(); n != 2 || !strings.Contains(log.String(), "cannot be read again") {
		t.Errorf("certificate %d, logged %s", n, log)
	}
	if _, err := TLS(cert, key, nil); err == nil || !strings.Contains(err.Error(), cert) {
		t.Errorf("%v", err)
	}
}

// Proxies speak HTTP/2 without TLS.
func TestH2C(t *testing.T) {
	b := newBed(t, nil)
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	c := &http.Client{Transport: &http.Transport{Protocols: &protocols}}
	r, err := c.Get(b.url + "/api/health")
	if a := read(r, err); a.err != nil || a.status != 200 || r.ProtoMajor != 2 {
		t.Errorf("%+v", a)
	}
	c.CloseIdleConnections()
}

func TestUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), "unix:"+path, "--addr"); err == nil || !strings.Contains(err.Error(), "another program listens") {
		t.Errorf("while another listens: %v", err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	l, err := Listen(t.Context(), "unix:"+path, "--addr")
	if err != nil || len(l) != 1 {
		t.Fatalf("over one that was left behind: %v", err)
	}
	defer l[0].Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	accepted := make(chan error, 1)
	go func() {
		c, err := l[0].Accept()
		if err == nil {
			c.Close()
		}
		accepted <- err
	}()
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if err := <-accepted; err != nil {
		t.Error(err)
	}
	file := filepath.Join(t.TempDir(), "notes.txt")
	os.WriteFile(file, []byte("dear diary"), 0o600)
	if _, err := Listen(t.Context(), "unix:"+file, "--metrics"); err == nil || !strings.Contains(err.Error(), "--metrics") {
		t.Errorf("over a file: %v", err)
	}
	if text, _ := os.ReadFile(file); string(text) != "dear diary" {
		t.Error("the file is gone")
	}
	if _, err := Listen(t.Context(), "8080", "--metrics"); err == nil || !strings.Contains(err.Error(), "--metrics gives as HOST:PORT") {
		t.Errorf("%v", err)
	}
}

// A lastCall gives whom the kernel let in before it closes.
func TestLastCall(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &lastCall{Listener: inner}
	const clients = 50
	for range clients { // nobody accepts yet
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	l.finish()
	n := 0
	for {
		c, err := l.Accept()
		if err != nil {
			break
		}
		c.Close()
		n++
	}
	<-l.finished
	if n != clients {
		t.Errorf("%d of %d were accepted", n, clients)
	}
	if _, err := net.Dial("tcp", inner.Addr().String()); err == nil {
		t.Error("it listens still")
	}
}

// What systemd says is not for another process, and what it may not say is an error.
func TestPassed(t *testing.T) {
	t.Setenv("LISTEN_FDS", "1")
	t.Setenv("LISTEN_PID", "1")
	if public, operators, err := Passed(); public != nil || operators != nil || err != nil {
		t.Errorf("%v %v %v", public, operators, err)
	}
}

func TestNotify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	if err := Notify("READY=1"); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	n, err := l.Read(b)
	if string(b[:n]) != "READY=1" {
		t.Errorf("%q, %v", b[:n], err)
	}
	t.Setenv("NOTIFY_SOCKET", "")
	if err := Notify("READY=1"); err != nil {
		t.Error(err)
	}
}
