// The description of the API as one plain page: no script, no foreign file, made from the contract.

import { routes } from './contract.ts'
import type { Route } from './contract/route.ts'

/** `GET /api/docs`. */
export function docsPage(): Response {
  return new Response(page(), { headers: { 'content-type': 'text/html; charset=utf-8' } })
}

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
dt { margin-top: 1rem; font: 600 14px ui-monospace, monospace }
dd { margin: .2rem 0 0 }
small { opacity: .7 }
`

function page(): string {
  const rows = Object.values(routes) as Route[]
  const tags = [...new Set(rows.map((row) => row.tag))]
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Midwatch API</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>
<h1>Midwatch API</h1>
<p>Described for programs in <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1). Programs send
<code>Authorization: Bearer TOKEN</code>, with a token of <code>.midwatch/access.json</code> or the token of an attempt.
Writes take an <code>Idempotency-Key</code>; trouble is <code>application/problem+json</code> with code, sentence and
remedy. Live facts: <code>GET /api/facts/stream</code>, server-sent events that go on after <code>Last-Event-ID</code>.
Metrics: <code>GET /metrics</code>. Health: <code>GET /healthz</code>, <code>GET /readyz</code>. Tools for assistants: <code>/mcp</code>.</p>
${tags
  .map((tag) =>
    section(
      tag,
      rows.filter((row) => row.tag === tag),
    ),
  )
  .join('\n')}
</body></html>`
}

const section = (tag: string, rows: readonly Route[]): string =>
  `<h2>${escaped(tag)}</h2><dl>${rows.map(entryOf).join('')}</dl>`

function entryOf({ method, path, about, rights, query, body }: Route): string {
  const fields = [
    ...Object.keys(query?.shape ?? {}).map((name) => `?${name}`),
    ...Object.keys(body?.shape ?? {}),
  ]
  const who = rights.length === 0 ? 'anybody' : rights.join(', ')
  return `<dt>${method} ${escaped(path)}</dt><dd>${escaped(about)}.<br><small>${who}${fields.length > 0 ? ` · ${escaped(fields.join(', '))}` : ''}</small></dd>`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
