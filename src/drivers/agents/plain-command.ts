// Judges whether a shell command is one program with its words and nothing else: then the shell between it and its wrapper
// would only wait for it, and costs a process. bash leaves it out by itself, dash does not. In doubt the shell stays. Pure.

/** Words that no shell reads as anything but themselves. */
const plainWord = /^[\w@%+=:,./-]+$/

/** Words that are no program's name where they come first, in any shell that may be /bin/sh: reserved, or built in. */
const shellsOwn = new Set(
  (
    '. : alias bg bind break builtin caller case cd chdir command compgen complete compopt continue coproc declare dirs ' +
    'disown do done echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history ' +
    'if in jobs kill let local logout mapfile newgrp popd print printf pushd pwd read readarray readonly return select set ' +
    'shift shopt source suspend test then time times trap true type typeset ulimit umask unalias unset until wait whence while'
  ).split(' '),
)

/** The words of such a command, the program's name first; null where a shell is needed. */
export function plainCommand(run: string): readonly string[] | null {
  const words = run.split(/[ \t]+/).filter((word) => word !== '')
  const [program = ''] = words
  if (program === '' || program.includes('=') || shellsOwn.has(program)) return null
  return words.every((word) => plainWord.test(word)) ? words : null
}
