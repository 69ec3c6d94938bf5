// What happened to the folders of tasks.

export type WorkspaceFact =
  | { kind: 'workspace.made'; path: string; branch: string; base: string }
  | { kind: 'workspace.removed'; path: string; branch: string; by: string }
  | { kind: 'workspace.landed'; branch: string; into: string; commit: string; by: string }
