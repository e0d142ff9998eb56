// Package web holds the built front ends and serves them.
//
// `npm run build` puts every app's page at dist/<app>/index.html and what the
// pages share under dist/assets, with a .br and a .gz beside each text. A name
// under assets holds a hash of its content, so it may be kept for ever; a page
// is asked for anew each time and answered with 304 while it is the same.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// dist holds the build, where there is one. The pattern also matches the page
// that is shown without it, so that Go builds on a machine without npm.
//
//go:embed all:dist*
var dist embed.FS

// policy is the Content-Security-Policy of every answer: nothing from
// elsewhere, nothing inline. The tests' mock server reads the same file.
//
//go:embed csp.txt
var policy string

// notBuilt is the page of a binary that was built without the front ends.
//
//go:embed dist.missing.html
var notBuilt []byte

// Handler serves an app ("board") at the root of the paths it is given: its
// files, and its page for every other path, which the page's own router reads.
// API calls must be routed before it. Built once per app, it is safe for
// concurrent use.
func Handler(app string) http.Handler {
	files, err := built()
	if err != nil {
		panic(err) // the embedded files cannot be read: no binary does that
	}
	return newSite(files, app)
}

var built = sync.OnceValues(func() (map[string]*file, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return load(sub)
})

// file is one file of the build in the encodings it has.
type file struct {
	kind     string // its media type
	forever  bool   // its name changes with its content
	variants []variant
}

// variant is a file's bytes in one encoding, the smallest first and the plain
// one last.
type variant struct {
	encoding string // empty: plain
	etag     string
	data     []byte
}

// encodings are the precompressed forms, the preferred one first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// load reads a build into memory; without a build there is nothing to read.
func load(dist fs.FS) (map[string]*file, error) {
	files := map[string]*file{}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") || compressed(name) {
			return err
		}
		f, err := loadFile(dist, name)
		files[name] = f
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the front ends: %w", err)
	}
	return files, nil
}

func loadFile(dist fs.FS, name string) (*file, error) {
	f := &file{kind: mediaType(name), forever: strings.HasPrefix(name, "assets/")}
	for _, e := range encodings {
		if data, err := fs.ReadFile(dist, name+e.suffix); err == nil {
			f.variants = append(f.variants, newVariant(e.name, data))
		}
	}
	data, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil, err
	}
	f.variants = append(f.variants, newVariant("", data))
	return f, nil
}

func newVariant(encoding string, data []byte) variant {
	sum := sha256.Sum256(data)
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	return variant{encoding: encoding, etag: strconv.Quote(tag), data: data}
}

func compressed(name string) bool {
	for _, e := range encodings {
		if strings.HasSuffix(name, e.suffix) {
			return true
		}
	}
	return false
}

// mediaType does not ask the machine's own tables for what the build holds.
func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}

// site answers for one app.
type site struct {
	files map[string]*file
	index *file // nil: not built
	apps  map[string]bool
}

func newSite(files map[string]*file, app string) *site {
	s := &site{files: files, index: files[app+"/index.html"], apps: map[string]bool{}}
	for name := range files {
		if dir, rest, found := strings.Cut(name, "/"); found && rest == "index.html" {
			s.apps[dir] = true
		}
	}
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	dir, _, _ := strings.Cut(name, "/")
	if f := s.files[name]; f != nil && !s.apps[dir] {
		f.serve(w, r)
		return
	}
	switch {
	case strings.Contains(name, "."): // a file's name: no route of an app has a dot
		http.Error(w, "no such file", http.StatusNotFound)
	case s.index == nil:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write(notBuilt)
	default:
		s.index.serve(w, r)
	}
}

// guard sets what keeps a page from being abused.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", strings.TrimSpace(policy))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	v := f.pick(r.Header.Get("Accept-Encoding"))
	h.Set("Content-Type", f.kind)
	h.Set("ETag", v.etag)
	if len(f.variants) > 1 {
		h.Set("Vary", "Accept-Encoding")
	}
	if v.encoding != "" {
		h.Set("Content-Encoding", v.encoding)
	}
	if f.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(v.data))
}

// pick returns the first variant that the client accepts.
func (f *file) pick(accept string) *variant {
	last := len(f.variants) - 1
	for i := range f.variants[:last] {
		if accepts(accept, f.variants[i].encoding) {
			return &f.variants[i]
		}
	}
	return &f.variants[last]
}

// accepts reads an Accept-Encoding header: "gzip, br;q=0.5, *;q=0". Only
// encodings that are named count, and not those of quality 0.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		quality, found := strings.CutPrefix(strings.TrimSpace(params), "q=")
		return !found || strings.Trim(quality, "0.") != ""
	}
	return false
}
