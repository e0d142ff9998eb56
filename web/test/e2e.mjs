// npm run e2e: the built board in Chromium, against the mock or, with
// BASE_URL=http://127.0.0.1:8080, against a running OpenTote.
//   npm run e2e -- "a gap"     runs the tests whose name holds these words
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { given, run } from './e2e/kit.mjs'
import './e2e/board.mjs'

if (!given && !existsSync(join(import.meta.dirname, '..', 'dist', 'board', 'index.html'))) {
  console.error('e2e: the board is not built: run npm run build first')
  process.exit(1)
}
await run(process.argv[2])
