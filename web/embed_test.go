package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// build is a front end of two apps, as npm run build leaves it.
func build() fstest.MapFS {
	return fstest.MapFS{
		".hidden":                 {Data: []byte("hidden")},
		"favicon.svg":             {Data: []byte("<svg/>")},
		"board/index.html":        {Data: []byte("<p>board</p>")},
		"board/index.html.gz":     {Data: []byte("gz of the board")},
		"office/index.html":       {Data: []byte("<p>office</p>")},
		"assets/app-1a2b.js":      {Data: []byte("plain()")},
		"assets/app-1a2b.js.br":   {Data: []byte("br")},
		"assets/app-1a2b.js.gz":   {Data: []byte("gz")},
		"assets/inter-3c4d.woff2": {Data: []byte("wOF2")},
	}
}

func get(t *testing.T, dist fstest.MapFS, target string, header ...string) *http.Response {
	t.Helper()
	return ask(t, dist, http.MethodGet, target, header...)
}

func ask(t *testing.T, dist fstest.MapFS, method, target string, header ...string) *http.Response {
	t.Helper()
	files, err := load(dist)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	newSite(files, "board").ServeHTTP(rec, req)
	return rec.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestPaths(t *testing.T) {
	tests := []struct {
		name, path string
		status     int
		kind, body string
	}{
		{"root", "/", 200, "text/html; charset=utf-8", "<p>board</p>"},
		{"route of the app", "/race/2025112300104", 200, "text/html; charset=utf-8", "<p>board</p>"},
		{"route with a trailing slash", "/day/20251123/", 200, "text/html; charset=utf-8", "<p>board</p>"},
		{"script", "/assets/app-1a2b.js", 200, "text/javascript; charset=utf-8", "plain()"},
		{"font", "/assets/inter-3c4d.woff2", 200, "font/woff2", "wOF2"},
		{"icon", "/favicon.svg", 200, "image/svg+xml", "<svg/>"},
		{"missing asset", "/assets/app-old.js", 404, "text/plain; charset=utf-8", "no such file\n"},
		{"hidden file", "/.hidden", 404, "text/plain; charset=utf-8", "no such file\n"},
		{"compressed form by its name", "/assets/app-1a2b.js.br", 404, "text/plain; charset=utf-8", "no such file\n"},
		{"page by its name", "/board/index.html", 404, "text/plain; charset=utf-8", "no such file\n"},
		{"another app's page", "/office/index.html", 404, "text/plain; charset=utf-8", "no such file\n"},
		{"out of the tree", "/../csp.txt", 404, "text/plain; charset=utf-8", "no such file\n"},
		{"API that is not routed", "/opentote.v1.RacingService/GetRace", 404, "text/plain; charset=utf-8", "no such file\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := get(t, build(), tt.path)
			if res.StatusCode != tt.status {
				t.Errorf("status = %d, want %d", res.StatusCode, tt.status)
			}
			if got := res.Header.Get("Content-Type"); got != tt.kind {
				t.Errorf("Content-Type = %q, want %q", got, tt.kind)
			}
			if got := body(t, res); got != tt.body {
				t.Errorf("body = %q, want %q", got, tt.body)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	tests := []struct{ name, accept, encoding, body string }{
		{"none accepted", "", "", "plain()"},
		{"a browser", "gzip, deflate, br, zstd", "br", "br"},
		{"gzip only", "gzip", "gzip", "gz"},
		{"brotli refused", "gzip, br;q=0", "gzip", "gz"},
		{"brotli refused at length", "br;q=0.000, gzip;q=0.5", "gzip", "gz"},
		{"brotli wanted less", "gzip, br; q=0.1", "br", "br"},
		{"any, not named", "*", "", "plain()"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := get(t, build(), "/assets/app-1a2b.js", "Accept-Encoding", tt.accept)
			if got := res.Header.Get("Content-Encoding"); got != tt.encoding {
				t.Errorf("Content-Encoding = %q, want %q", got, tt.encoding)
			}
			if got := res.Header.Get("Vary"); got != "Accept-Encoding" {
				t.Errorf("Vary = %q", got)
			}
			if got := body(t, res); got != tt.body {
				t.Errorf("body = %q, want %q", got, tt.body)
			}
		})
	}
}

func TestCaching(t *testing.T) {
	asset := get(t, build(), "/assets/app-1a2b.js")
	if got, want := asset.Header.Get("Cache-Control"), "public, max-age=31536000, immutable"; got != want {
		t.Errorf("asset: Cache-Control = %q, want %q", got, want)
	}
	page := get(t, build(), "/race/1")
	if got, want := page.Header.Get("Cache-Control"), "no-cache"; got != want {
		t.Errorf("page: Cache-Control = %q, want %q", got, want)
	}
	etag := page.Header.Get("ETag")
	if etag == "" {
		t.Fatal("the page has no ETag")
	}
	if res := get(t, build(), "/", "If-None-Match", etag); res.StatusCode != http.StatusNotModified {
		t.Errorf("same page: status = %d, want 304", res.StatusCode)
	}
	if res := get(t, build(), "/", "If-None-Match", etag, "Accept-Encoding", "gzip"); res.StatusCode != http.StatusOK {
		t.Errorf("another encoding's ETag: status = %d, want 200", res.StatusCode)
	}
	changed := build()
	changed["board/index.html"] = &fstest.MapFile{Data: []byte("<p>new</p>")}
	if res := get(t, changed, "/", "If-None-Match", etag); res.StatusCode != http.StatusOK {
		t.Errorf("changed page: status = %d, want 200", res.StatusCode)
	}
}

func TestSecurityHeaders(t *testing.T) {
	for _, target := range []string{"/", "/assets/app-1a2b.js", "/assets/none.js"} {
		h := get(t, build(), target).Header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %q", target, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "data:") || strings.Contains(csp, "\n") {
			t.Errorf("%s: policy %q is too wide", target, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", target, name, got, want)
			}
		}
	}
}

func TestMethods(t *testing.T) {
	head := ask(t, build(), http.MethodHead, "/")
	if got := body(t, head); head.StatusCode != http.StatusOK || got != "" {
		t.Errorf("HEAD: status %d, body %q", head.StatusCode, got)
	}
	post := ask(t, build(), http.MethodPost, "/")
	if post.StatusCode != http.StatusMethodNotAllowed || post.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d, Allow %q", post.StatusCode, post.Header.Get("Allow"))
	}
}

func TestNotBuilt(t *testing.T) {
	res := get(t, fstest.MapFS{}, "/")
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status = %d, want 503", res.StatusCode)
	}
	if got := body(t, res); !strings.Contains(got, "make web") {
		t.Errorf("the page does not say what to do: %q", got)
	}
}

// TestHandler serves what this checkout embeds, built or not.
func TestHandler(t *testing.T) {
	rec := httptest.NewRecorder()
	Handler("board").ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	got := rec.Body.String()
	if !strings.Contains(got, `id="app"`) && !strings.Contains(got, "make web") {
		t.Errorf("neither the app nor the reason why not: %q", got)
	}
}
