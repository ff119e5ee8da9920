// `node platform/bin/launch.mjs <script> [arguments]`: how package.json's scripts start.
import { become } from './pinned-node.mjs'

const [script, ...args] = process.argv.slice(2)
if (!script) {
  console.error('usage: node platform/bin/launch.mjs <script> [arguments]')
  process.exit(2)
}
become(script, args)
