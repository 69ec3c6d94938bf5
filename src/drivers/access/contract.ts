// Who may ask the API and see the page: three secrets of a fleet, in one file that only its owner reads.

export interface Access {
  /** The token of who may do everything a person may. */
  readonly operator: string
  /** The token of who may look. */
  readonly viewer: string
  /** Signs cookies and one-time links. */
  readonly secret: string
}
