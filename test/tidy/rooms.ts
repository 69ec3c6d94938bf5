// The page about the house knows every room of it: `ls src` is the architecture, and docs/ARCHITECTURE.md says it in words.

import type { Finding, House, Law } from './house.ts'

const page = 'docs/ARCHITECTURE.md'

/** What `ls src` shows, and what stands in its folders that have folders of their own. */
const places = [
  /^src\/(?<name>[^/]+)\.ts$/,
  /^src\/(?<name>[^/]+)\//,
  /^src\/(?:drivers|lifecycle|loops|surface)\/(?<name>[^/]+)\//,
]

function findUntold(house: House): Finding[] {
  const told = house.files[page] ?? ''
  const untold = new Map<string, Finding>()
  for (const path of Object.keys(house.files))
    for (const place of places) {
      const found = place.exec(path)
      const name = found?.groups?.['name']
      if (
        found === null ||
        name === undefined ||
        new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(told)
      )
        continue
      const what = `is not told of in ${page}`
      untold.set(found[0], { path: found[0].replace(/\/$/, ''), line: 1, what })
    }
  return [...untold.values()]
}

export const everyRoomIsTold: Law = {
  name: 'the page about the house names every folder and every top file of src',
  remedy: `Say in ${page} what it is for`,
  find: findUntold,
  broken: [
    {
      files: {
        'src/app.ts': '',
        'src/loops/night/loop.ts': '',
        [page]: '# A\n\nloops/ walk; apps\n',
      },
      at: ['src/app.ts:1', 'src/loops/night:1'],
    },
  ],
  kept: {
    'src/app.ts': '',
    'src/loops/night/loop.ts': '',
    'src/model/task.ts': '',
    [page]: '# A\n\napp.ts, model/ and loops/: `night`\n',
  },
}
