#!/usr/bin/env node
// Runs the built program, or the source where nothing was built. Its own syntax is old, so that an old Node can read
// the sentence it is refused with.

const oldest = 24
const here = process.versions.node

if (Number(here.split('.')[0]) < oldest) {
  console.error(`midwatch: Node ${here} is too old, Midwatch needs Node ${oldest} or newer`)
  console.error(
    '  → install a newer one; in a checkout, `npm run midwatch --` uses the one that came with it',
  )
  process.exitCode = 1
} else {
  process.getBuiltinModule('node:module').enableCompileCache()
  import(program())
}

function program() {
  const built = new URL('../dist/main.js', import.meta.url)
  const isBuilt = process.getBuiltinModule('node:fs').existsSync(built)
  return isBuilt ? built.href : new URL('../src/main.ts', import.meta.url).href
}
