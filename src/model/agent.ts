// A configured identity that makes attempts.

export const permissionLevels = ['plan', 'edit', 'full'] as const
/** What a session may do: only read and plan; edit and run in its folder; or everything the user may. */
export type Permissions = (typeof permissionLevels)[number]
