// The texts of a launcher's configuration in which variables may stand: its paths, its image, its user. Pure.

import type { Launching } from './launcher.ts'

/** Every such text. */
export function launchingTexts(launching: Launching | undefined): readonly string[] {
  const found: string[] = []
  if (launching !== undefined)
    fillLaunching(launching, (text) => {
      found.push(text)
      return text
    })
  return found
}

/** The same with every text put through `fill`. */
export function fillLaunching(launching: Launching, fill: (text: string) => string): Launching {
  switch (launching.kind) {
    case 'local': {
      const { sandbox } = launching
      if (sandbox === null) return launching
      const { writable, readable } = sandbox
      const filled = { writable: writable.map(fill), readable: readable.map(fill) }
      return { ...launching, sandbox: { ...sandbox, ...filled } }
    }
    case 'systemd':
      return { ...launching, writable: launching.writable.map(fill) }
    case 'container': {
      const { image, mounts } = launching
      const moved = mounts.map((mount) => ({
        ...mount,
        from: fill(mount.from),
        to: fill(mount.to),
      }))
      return { ...launching, image: fill(image), mounts: moved }
    }
  }
}
