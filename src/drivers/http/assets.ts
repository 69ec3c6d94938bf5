// The files of the built page, read once into memory and given out by exact name: a request names a key of a table and
// never a path of the disk, so there is nothing to climb out of.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import type { Asset, Assets } from './contract.ts'

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
}

/** The page beside the program: built it lies in `web/` next to us, run from the sources in `dist/web`. */
export function pageFolder(): string | null {
  const here = ['./web/', '../../../dist/web/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return here.find((folder) => existsSync(join(folder, 'index.html'))) ?? null
}

/** The page in `folder`; nothing when there is none. Files are packed when they are first asked for. */
export function readAssets(folder: string | null): Assets {
  const known = new Map<string, () => Asset>()
  if (folder !== null)
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      known.set(
        file.slice(folder.replace(/\/$/, '').length),
        once(() => readAsset(file)),
      )
    }
  return { get: (path) => known.get(path)?.() ?? null }
}

function readAsset(file: string): Asset {
  const body = new Uint8Array(readFileSync(file))
  const type = types[/\.(\w+)$/.exec(file)?.[1] ?? ''] ?? 'application/octet-stream'
  return {
    type,
    body,
    gzip: new Uint8Array(gzipSync(body, { level: 9 })),
    immutable: file.includes('/assets/'),
  }
}

function once<T>(make: () => T): () => T {
  let made: T | null = null
  return () => (made ??= make())
}
