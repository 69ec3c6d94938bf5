// The results as a Markdown table and as the page of docs/.

import { cases } from './cases.ts'
import type { Line } from './play.ts'

const clientsIn = (lines: readonly Line[]): string[] => [
  ...new Set(lines.map(({ tool, version }) => `${tool} ${version}`)),
]

/** One row per case, one column per client. A cell: class, exit, seconds, model requests; ✗ where it should be another class. */
export function tableOf(lines: readonly Line[]): string {
  const clients = clientsIn(lines)
  const names = [...new Set(lines.map((line) => line.name))]
  const order = ['probe', ...cases.map((one) => one.name)]
  const sorted = names.toSorted((a, b) => place(order, a) - place(order, b))
  const head = ['case', ...clients]
  const rows = sorted.map((name) => [
    name,
    ...clients.map((client) =>
      cellOf(lines.find((line) => line.name === name && `${line.tool} ${line.version}` === client)),
    ),
  ])
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const place = (order: readonly string[], name: string): number =>
  order.includes(name) ? order.indexOf(name) : order.length

function cellOf(line: Line | undefined): string {
  if (line === undefined) return '–'
  if (line.name === 'probe') return line.got
  const mark = line.good ? '' : ' ✗'
  return `${line.got}${mark} · ${line.exit} · ${line.seconds.toFixed(0)} s (${line.requests})`
}

export function pageOf(
  lines: readonly Line[],
  skipped: readonly string[],
  minutes: number,
): string {
  const good = lines.filter((line) => line.good).length
  const bad = lines.filter((line) => !line.good)
  const exceptions = cases.flatMap(({ name, but = {} }) =>
    Object.entries(but).map(
      ([client, [expected, why]]) => `| ${name} | ${client} | ${expected.join(', ')} | ${why} |`,
    ),
  )
  const probes = lines.filter((line) => line.name === 'probe')
  return `# Real clients, judged

Written by \`node conformance/real-clis/run.ts\`: real clients from npm, run through Midwatch's own adapters (plan, stream reader,
verdict) against a fake model service on 127.0.0.1, without any other network. The error bodies follow the providers' documents;
exit codes, streams and retries are the clients' own.

${good} of ${lines.length} verdicts are as they should be${bad.length === 0 ? '' : ' (✗ marks the others)'}. It took ${minutes.toFixed(0)} minutes, installs included.
${skipped.length === 0 ? '' : `\nSkipped: ${skipped.join('; ')}\n`}
A cell: class · exit code or signal · seconds (model requests).

${tableOf(lines)}

## The cases

| case | what happens | should be |
|---|---|---|
${cases.map(({ name, about, expect }) => `| ${name} | ${about} | ${expect} |`).join('\n')}

## Where a client tells less

| case | client | should be | why |
|---|---|---|---|
${exceptions.join('\n')}

## What the probe saw

| client | evidence |
|---|---|
${probes.map(({ tool, version, evidence }) => `| ${tool} ${version} | ${evidence} |`).join('\n')}
`
}
