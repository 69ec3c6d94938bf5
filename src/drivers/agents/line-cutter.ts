// Cuts a stream of chunks into lines, in bounded memory: of a line that grows too long, the rest is dropped and the line
// with it, and cutting goes on at the next newline.

export interface LineCutter {
  /** The lines that this chunk completed. */
  feed(chunk: string): string[]
  /** The unfinished last line; empty when it grew too long. */
  rest(): string
}

export function lineCutter(maxChars: number): LineCutter {
  let parts: string[] = []
  let length = 0
  let overlong = false

  const add = (text: string) => {
    length += text.length
    if (length > maxChars) {
      overlong = true
      parts = []
    }
    if (!overlong && text !== '') parts.push(text)
  }
  const take = (): string => {
    const line = parts.join('')
    parts = []
    length = 0
    overlong = false
    return line
  }

  return {
    feed(chunk) {
      const done: string[] = []
      let from = 0
      for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', from)) {
        add(chunk.slice(from, at))
        const line = take()
        if (line !== '') done.push(line)
        from = at + 1
      }
      add(chunk.slice(from))
      return done
    },
    rest: () => parts.join(''),
  }
}
