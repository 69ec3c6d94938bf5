// A CSV list (RFC 4180) as records by the names of its first line; lines may end either way, quoted fields may hold them.

export function csvRecords(text: string): Record<string, string>[] {
  const separator = (text.split('\n', 1)[0] ?? '').includes(';') ? ';' : ','
  const [head = [], ...rows] = rowsOf(text, separator)
  const names = head.map((name) => name.trim().toLowerCase().replace(/\s+/g, '_'))
  return rows
    .filter((row) => row.some((cell) => cell.trim() !== ''))
    .map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])))
}

function rowsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const endCell = () => {
    rows.at(-1)?.push(cell)
    cell = ''
  }
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (char === '"' && (quoted || cell === '')) quoted = !quoted
    else if (quoted) cell += char
    else if (char === separator) endCell()
    else if (char === '\n') {
      endCell()
      rows.push([])
    } else if (char !== '\r') cell += char
  }
  endCell()
  return rows
}
