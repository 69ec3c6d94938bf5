// The tasks of the demo: real work on this very checkout, which needs no model account. `results` is a folder for what
// they find out; every command runs in the checkout.

export interface DemoTask {
  readonly name: string
  readonly title: string
  readonly run: string
  readonly verify?: string
  /** Names of tasks that must be done before. */
  readonly after?: readonly string[]
  readonly priority?: number
  readonly attempts?: number
}

/**
 * In the order in which they are added. `quote` makes a path one word for the shell. Two run at once: `size` and `types`
 * go first, and the census only when `size` has failed for want of it.
 */
export function demoTasks(results: string, quote: (text: string) => string): readonly DemoTask[] {
  const file = (name: string) => quote(`${results}/${name}`)
  return [
    {
      name: 'size',
      title: 'Add up the census (fails until the census is there, for it does not wait)',
      run: `test -s ${file('census.txt')} || { echo "census.txt is not there yet" >&2; exit 1; }
awk '{ sum += $1 } END { print sum " files of " NR " kinds" }' ${file('census.txt')} | tee ${file('size.txt')}`,
      priority: 10,
    },
    {
      name: 'types',
      title: 'Check the types',
      priority: 5,
      run: `tsc && echo 'no type error' | tee ${file('types.txt')}`,
      attempts: 2,
    },
    {
      name: 'lint',
      title: 'Lint the sources',
      run: `biome lint --colors=off src > ${file('lint.log')} 2>&1 || { tail -n 20 ${file('lint.log')} >&2; exit 1; }
grep '^Checked ' ${file('lint.log')}`,
      attempts: 2,
    },
    {
      name: 'census',
      title: 'Count the files by kind',
      run: `find . \\( -name node_modules -o -name .git -o -name dist \\) -prune -o -type f -print |
sed 's/.*\\///; s/.*\\./\\./' | sort | uniq -c | sort -rn > ${file('census.part')}
mv ${file('census.part')} ${file('census.txt')} && head -n 5 ${file('census.txt')}`,
      priority: 3,
    },
    {
      name: 'longest',
      title: 'List the ten longest modules',
      run: `find src -name '*.ts' -exec wc -l {} + | grep -v ' total$' | sort -rn | head -n 10 | tee ${file('longest.txt')}`,
      verify: `test "$(wc -l < ${file('longest.txt')})" -eq 10`,
    },
    { name: 'history', title: 'Summarise the git log', run: history(file('history.txt')) },
    {
      name: 'report',
      title: 'Write the report from what the others found',
      run: `cd ${quote(results)} && for part in types size longest history; do
  printf '## %s\\n\\n' "$part"; cat "$part.txt"; echo
done > report.md && wc -l < report.md`,
      verify: `grep -c '^## ' ${file('report.md')} | grep -qx 4`,
      after: ['types', 'lint', 'size', 'longest', 'history'],
    },
  ]
}

/** A copy without history (an archive, or no git on this machine) is no failure: the summary says so. */
const history = (target: string): string => `{
  if ! command -v git >/dev/null; then echo "git is not installed; there is no log to summarise"
  elif ! git log -1 >/dev/null 2>&1; then echo "this copy has no git history to summarise"
  else
    if [ "$(git rev-parse --is-shallow-repository)" = true ]; then echo "(a shallow clone: only part of the history)"; fi
    echo "$(git rev-list --count HEAD) commits by $(git log --format=%an | sort -u | wc -l) authors; the newest:"
    git log --no-decorate --oneline -n 5
  fi
} | tee ${target}`
