// The bare rate: `/bin/true`, detached, output to a file of its own, so many at a time. A process of its own, and plain
// JavaScript, so that its heap is small: what a spawn costs grows with the heap it is forked from.
// Arguments: how many, how many at a time, the folder. Prints `{"perSecond","medianMs"}`; medianMs is spawn to exit.

import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

const [count, together, dir] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const tookMs = []

function one(index) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const output = openSync(`${dir}/${index}`, 'a')
    const child = spawn('/bin/true', [], { detached: true, stdio: ['ignore', output, output] })
    closeSync(output)
    child.once('error', reject)
    child.once('exit', () => {
      tookMs.push(performance.now() - began)
      resolve()
    })
  })
}

async function rateOf(many) {
  let next = 0
  const hand = async () => {
    while (next < many) await one(next++)
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: together }, hand))
  return (many / (performance.now() - began)) * 1_000
}

await rateOf(together * 4) // warms up
tookMs.length = 0
const perSecond = await rateOf(count)
const medianMs = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)]
console.log(JSON.stringify({ perSecond, medianMs }))
