import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// The apps: each is a folder with an index.html. web.Handler(app) serves it at
// the root of its listener.
const apps = ['board']

export default defineConfig({
  plugins: [svelte(), precompress(), historyFallback('board')],
  publicDir: 'public',
  build: {
    outDir: 'dist',
    target: 'es2022',
    // The content policy allows neither inline script nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(apps.map((app) => [app, resolve(import.meta.dirname, app, 'index.html')])),
    },
  },
  server: {
    port: 5173,
    proxy: { '/opentote.v1.': process.env.BASE_URL ?? 'http://127.0.0.1:4180' },
  },
  test: { include: ['shared/**/*.test.ts', 'board/**/*.test.ts'], environment: 'node' },
})

// precompress writes a .br and a .gz beside every text file of the build where
// that saves something: the Go server picks one by Accept-Encoding.
function precompress(): Plugin {
  let dist = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      dist = resolve(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg|json|txt)$/.test(name)) continue
        const path = join(dist, name)
        const raw = readFileSync(path)
        const br = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
        const gz = gzipSync(raw, { level: 9 })
        if (br.length < raw.length) writeFileSync(path + '.br', br)
        if (gz.length < raw.length) writeFileSync(path + '.gz', gz)
      }
    },
  }
}

// historyFallback makes the development server answer the app's own routes, as
// the Go server does.
function historyFallback(app: string): Plugin {
  return {
    name: 'history-fallback',
    configureServer(server) {
      server.middlewares.use((req, _res, next) => {
        const path = (req.url ?? '/').split('?')[0] ?? '/'
        if (req.method === 'GET' && !/[.@]/.test(path)) req.url = `/${app}/index.html`
        next()
      })
    },
  }
}
