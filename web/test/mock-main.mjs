// Runs the mock server for development, at 60 times our speed: `npm run mock`,
// then `npm run dev` in another terminal.
import { Mock } from './mock-server.mjs'

const rate = 60
const mock = new Mock({ rate })
console.log(await mock.listen(Number(process.env.PORT ?? 4180)))
setInterval(() => mock.advance(250 * rate), 250)
setInterval(() => mock.beat(), 10_000)
