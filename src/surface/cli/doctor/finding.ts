// What `doctor` found out about one thing: fine, worth a look, or in the way, each with its remedy.

export interface Finding {
  readonly level: 'ok' | 'warn' | 'bad'
  /** What was looked at: `node`, `disk`, `agent claude` … */
  readonly about: string
  readonly sentence: string
  /** Empty when nothing is to be done. */
  readonly remedy: string
}

export const ok = (about: string, sentence: string): Finding => ({
  level: 'ok',
  about,
  sentence,
  remedy: '',
})
export const warn = (about: string, sentence: string, remedy: string): Finding => ({
  level: 'warn',
  about,
  sentence,
  remedy,
})
export const bad = (about: string, sentence: string, remedy: string): Finding => ({
  level: 'bad',
  about,
  sentence,
  remedy,
})
