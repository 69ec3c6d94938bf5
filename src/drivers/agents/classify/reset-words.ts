// The words and shapes that patterns of reset times are made of.

/** One look for a reset: the text, the moment of the look, and the zone of times that state none. */
export interface Scan {
  readonly text: string
  readonly now: number
  /** The zone of times that state none. */
  readonly zone: string
}

/** Words after which a text tells when the limit ends. */
export const trigger =
  '(?:(?:limit|quota|usage|access|it|window|credits?)?\\s*(?:will\\s+)?(?:be\\s+)?(?:resets?|resetting|refresh(?:es)?|renews?|replenish(?:es|ed)?|unlocks?|restored?|regains?(?:\\s+access)?|available(?:\\s+again)?|resumes?|back|lifted|ends?|expires?)|(?:please\\s+)?(?:try|retry)(?:\\s+again)?|(?:please\\s+)?wait(?:\\s+until)?|come\\s+back|until|blocked\\s+until|next\\s+(?:reset|window|available)|retry-after)'
/** What may stand between those words and the time. */
export const gap =
  '[\\s"\':=,·∙•|()-]*(?:(?:at|on|by|after|in|from|until|approximately|about|around|starting|the)\\s+|~\\s*)*'

/** A date in ISO order with an optional clock: year, month, day, hour, minute, second. */
export const isoSource =
  '(\\d{4})-(\\d{2})-(\\d{2})(?:(?:T|,?\\s+(?:at\\s+)?)(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?)?'
/** An optional zone behind a time. */
export const zoneSource =
  '\\s*(Z\\b|UTC\\b|GMT\\b|[+-]\\d{2}:?\\d{2}\\b|\\(?\\s*(?:UTC|GMT)?[+-]\\d{1,2}(?::?\\d{2})?\\s*\\)?|\\(?[A-Z][A-Za-z]+(?:/[A-Za-z_+-]+)+\\)?|\\(?(?:UTC|GMT|[ECMP][SD]T|CES?T|BST|JST|IST)\\)?|\\(?(?:Pacific|Mountain|Central|Eastern)(?:\\s+(?:Standard|Daylight))?(?:\\s+Time)?\\)?)?'
