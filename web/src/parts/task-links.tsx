// Tasks by their numbers, each a link that opens it beside the page.

import { Link } from '@tanstack/react-router'

/** As many links as there are tasks, each large enough for a finger. */
export function TaskLinks({ tasks }: { tasks: readonly number[] }) {
  return tasks.map((task) => (
    <Link
      key={task}
      to="."
      search={{ task }}
      className="inline-block min-h-[24px] min-w-[24px] underline"
    >
      {task}
    </Link>
  ))
}
