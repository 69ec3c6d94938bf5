// What the build makes for the page: the table of routes, and styles.

declare module 'virtual:routes' {
  /** Method, path and names of the query, by the name of the route. */
  export const table: Readonly<Record<string, readonly [string, string, readonly string[]]>>
}
declare module '*.css'
