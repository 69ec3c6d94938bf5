// Builds the page into dist/web: no foreign request, every file named by its content. The table of routes is read from the
// contract at build time, so that the page knows paths and methods without carrying the contract's validators.

import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

import { routes } from '../src/surface/http/contract.ts'
import type { Route } from '../src/surface/http/contract/route.ts'

const root = import.meta.dirname
const table = Object.fromEntries(
  (Object.entries(routes) as [string, Route][]).map(([name, { method, path, query }]) => [
    name,
    [method, path, Object.keys(query?.shape ?? {})],
  ]),
)

const routeTable: Plugin = {
  name: 'route-table',
  resolveId: (id) => (id === 'virtual:routes' ? '\0routes' : null),
  load: (id) => (id === '\0routes' ? `export const table = ${JSON.stringify(table)}` : null),
}

// biome-ignore lint/style/noDefaultExport: vite reads its configuration so
export default defineConfig({
  root,
  plugins: [routeTable, react(), tailwind()],
  build: {
    outDir: `${root}/../dist/web`,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  logLevel: 'warn',
})
