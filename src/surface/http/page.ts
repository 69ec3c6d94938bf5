// The files of the page. Every path that is no file is the page itself, which finds its own way; names with a hash in them
// never change and are kept for a year.

import type { Assets } from '../../drivers/http/contract.ts'

/** The file of this path, or the page. */
export function pageResponse(assets: Assets, request: Request): Response {
  const { pathname } = new URL(request.url)
  const isFile = /\.\w+$/.test(pathname)
  const found = assets.get(pathname) ?? (isFile ? null : assets.get('/index.html'))
  if (found === null) return isFile ? missing() : notBuilt()
  const packed = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const headers = new Headers({
    'content-type': found.type,
    'cache-control': found.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  })
  if (packed) headers.set('content-encoding', 'gzip')
  return new Response(packed ? found.gzip : found.body, { headers })
}

const missing = (): Response =>
  new Response('There is no such file.\n', {
    status: 404,
    headers: { 'content-type': 'text/plain' },
  })

const notBuilt = (): Response =>
  new Response(
    'The page is not built here: `npm run build` builds it. The API is at /api/docs.\n',
    {
      status: 503,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    },
  )
