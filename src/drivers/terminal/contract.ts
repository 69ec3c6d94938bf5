// What the command line knows of where its words go.

/** One of our two output streams. */
export interface TextStream {
  readonly isTerminal: boolean
  readonly columns: number
  readonly colour: boolean
  write(text: string | Uint8Array): void
}
