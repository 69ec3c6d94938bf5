// What argument parsers and readers of configuration say when a client refuses its call.

import { afterName, atStart } from '../patterns.ts'
import type { Row } from '../row.ts'

/** Argument parsers: commander, yargs, clap, argparse, click, getopt, Go's flag and pflag, oclif. */
export const argumentRows: readonly Row[] = [
  {
    class: 'argument_error',
    when: afterName(
      /(?:unknown|unrecogni[sz]ed|unexpected|illegal|bad|ambiguous|nonexistent|unsupported) (?:long |short |shorthand )?(?:options?|flags?|arguments?|switch|command|subcommand|parameter|operand)\b(?! (?:rejected|failed))/,
    ),
  },
  {
    class: 'argument_error',
    when: afterName(
      /invalid (?:option|flag|switch|command(?! failed)|subcommand|arguments?(?:$|[ :]+(?!error)\S)|value|choice|values?:|combination of)\b/,
    ),
  },
  {
    class: 'argument_error',
    when: afterName(
      /no such (?:option|command|subcommand|flag)\b/,
      /flag provided but not defined/,
      /flag needs an argument/,
      /(?:option|flag) .{1,60} (?:requires|needs|expects|takes)\b/,
      /(?:option|argument|flag|switch|parameter) .{1,120}(?:is invalid|is required|is missing|is unknown|not recogni[sz]ed|is ambiguous|is not allowed|cannot be used|not allowed with|must be|doesn.t allow|missing)/,
    ),
  },
  {
    class: 'argument_error',
    when: afterName(
      /too (?:many|few) (?:positional )?arguments/,
      /missing (?:required |mandatory )?(?:arguments?|options?|flags?|positional|operand|parameter|value for)\b/,
      /not enough (?:non-option )?arguments/,
      /a value is required for/,
      /required (?:option|argument|flag)/,
      /the (?:following )?(?:required )?arguments? .*(?:not provided|are required|cannot be used)/,
      /the following required/,
      /the argument '.+' (?:cannot|requires|can.t)/,
      /argument .+: (?:invalid|expected|not allowed|conflicting)/,
      /(?:accepts|requires) (?:at (?:least|most) )?\d+ arg/,
      /.*\bmutually exclusive\b/,
      /.*\bcannot be (?:combined|used together|the same as)\b/,
      /invalid command format/,
      /must provide a (?:message|prompt|command)/,
      /no (?:prompt|input|message|instructions?) (?:was )?(?:provided|given|specified)/,
      /.*\bprovide a prompt\b/,
      /(?:processing|parsing|in) --[\w-]+: /,
      /.*\bmust be (?:a valid|in) uuid\b/,
      /.*--[\w-]+\b.*\b(?:could not|cannot|can['’]t) be parsed/,
      /.*\bmissing required (?:parameters?|arguments?|options?|fields?|inputs?)\b/,
      /(?:[\w-]+ ){0,4}file (?:not found|does not exist|could not be found)/,
    ),
  },
  {
    class: 'argument_error',
    when: /^(?:The )?(?:flags? )?--?[\w-]+(?:[ =][<[]?[\w-]+[>\]]?)?(?: flag)? (?:is only (?:allowed|available|valid)|can only be|only works|cannot be|can't be|requires?|must (?:be|not)|is not (?:supported|allowed|available|valid|recogni[sz]ed)|conflicts? with|is (?:deprecated and|no longer)|and --?[\w-]+ (?:conflict|cannot|are mutually|can't))/i,
  },
  {
    class: 'argument_error',
    when: atStart(
      /Error loading (?:config|configuration)/,
      /Unable to (?:read|load|parse) (?:the )?config/,
      /.*\bInvalid override\b/,
      /(?:Failed to (?:load|parse|read)|Could not parse|Invalid|Malformed|Cannot parse|Error (?:parsing|reading|in)) (?:[\w'"./~-]+ ){0,3}[\w'"./~-]*(?:config|configuration|settings|\.toml|\.jsonc?|\.ya?ml)\b/,
      /Config(?:uration)? (?:file )?.{0,160}(?:is not valid|is invalid|invalid JSON|could not be parsed)/,
      /invalid (?:configuration|config|schema)/,
      /(?:the )?(?:config(?:uration)?|settings)(?: file)? (?:is|was|has) (?:invalid|malformed|errors?)/,
      /(?:failed|unable) to parse (?:config|overrides?|settings|profile)/,
      /.*\binvalid (?:TOML|YAML|JSONC?)\b/,
      /.*\bconfig(?:uration)? profile .{1,80}(?:not found|does not exist)/,
      /(?:unknown|unrecognized|unexpected) (?:config(?:uration)? )?(?:keys?|fields?|settings?|variant|propert(?:y|ies))\b/,
      /.*\bis not valid JSON\(?C?\)?:/,
    ),
  },
]
