// What every answer carries, so that a browser trusts our page alone: no scripts but ours, no frames, no guessing of
// types, no word to other sites. There is no CORS: nobody else's page may read us.

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // styles that are computed, such as the place of a row in a long list
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const fixed: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** The same answer with these headers. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(fixed)) response.headers.set(name, value)
  return response
}
