// Families of sentences that many tools share: argument parsers, HTTP clients, shells, provider SDKs. For error channels
// only; a tool's own rows go first. Within a list, what is said precisely outranks what is said vaguely.

import type { Row } from './row.ts'

/** Programs put their name and a line number before what they say: `bash: line 1: `, `git: `, `/usr/bin/tool: `. */
const by = '^(?:[\\w./@+-]+(?: \\d+)?: )*'
const says = (pattern: string) => new RegExp(`${by}(?:${pattern})`, 'i')

/** Argument parsers: commander, yargs, clap, argparse, click, getopt, Go's flag and pflag, oclif. */
export const argumentRows: readonly Row[] = [
  {
    class: 'argument_error',
    when: says(
      '(?:unknown|unrecogni[sz]ed|unexpected|illegal|bad|ambiguous|nonexistent|unsupported) (?:long |short |shorthand )?(?:options?|flags?|arguments?|switch|command|subcommand|parameter)\\b(?! (?:rejected|failed))',
    ),
  },
  {
    class: 'argument_error',
    when: says(
      'invalid (?:option|flag|switch|command(?! failed)|subcommand|arguments?(?:$|[ :]+(?!error)\\S)|value|choice|values?:|combination of)\\b',
    ),
  },
  {
    class: 'argument_error',
    when: says(
      'no such (?:option|command|subcommand|flag)\\b|flag provided but not defined|flag needs an argument|(?:option|flag) .{1,60} (?:requires|needs|expects|takes)\\b|(?:option|argument|flag|switch|parameter) .{1,120}(?:is invalid|is required|is missing|is unknown|not recogni[sz]ed|is ambiguous|is not allowed|cannot be used|not allowed with|must be|doesn.t allow|missing)',
    ),
  },
  {
    class: 'argument_error',
    when: says(
      "too (?:many|few) (?:positional )?arguments|missing (?:required |mandatory )?(?:arguments?|options?|flags?|positional|operand|parameter|value for)|not enough (?:non-option )?arguments|a value is required for|required (?:option|argument|flag)|the (?:following )?(?:required )?arguments? .*(?:not provided|are required|cannot be used)|the following required|the argument '.+' (?:cannot|requires|can.t)|argument .+: (?:invalid|expected|not allowed|conflicting)|(?:accepts|requires) (?:at (?:least|most) )?\\d+ arg|.*\\bmutually exclusive\\b|.*\\bcannot be (?:combined|used together)\\b|invalid command format|must provide a (?:message|prompt|command)|no (?:prompt|input|message|instructions?) (?:was )?(?:provided|given|specified)|.*\\bprovide a prompt\\b",
    ),
  },
  {
    class: 'argument_error',
    when: /^(?:The )?(?:flags? )?--?[\w-]+(?:[ =][<[]?[\w-]+[>\]]?)?(?: flag)? (?:is only (?:allowed|available|valid)|can only be|only works|cannot be|can't be|requires?|must (?:be|not)|is not (?:supported|allowed|available|valid|recogni[sz]ed)|conflicts? with|is (?:deprecated and|no longer)|and --?[\w-]+ (?:conflict|cannot|are mutually|can't))/i,
  },
  {
    class: 'argument_error',
    when: /^(?:Error loading (?:config|configuration)|(?:Failed to (?:load|parse|read)|Could not parse|Invalid|Malformed|Cannot parse|Error (?:parsing|reading|in)) .{0,120}(?:config|configuration|settings|\.toml|\.jsonc?|\.ya?ml)\b|Config(?:uration)? (?:file )?.{0,160}(?:is not valid|is invalid|invalid JSON|could not be parsed)|invalid (?:configuration|config|schema)|.*\bis not valid JSON\(?C?\)?:)/i,
  },
]

/** Programs that could not be started, folders and files that were not there. */
export const launchRows: readonly Row[] = [
  {
    class: 'resource_exhausted',
    when: /(?:\bENOSPC\b|\bEDQUOT\b|\bEMFILE\b|\bENFILE\b|\bENOMEM\b|no space left on device|disk quota exceeded|too many open files|cannot allocate memory|out of memory|heap out of memory|memory allocation .*failed|\bMemoryError\b|std::bad_alloc|database or disk is full|disk is full|disk full|file too large|\bEFBIG\b|file size limit exceeded|oom[-_ ]?kill|oom_score_adj|anon-rss:|killed process \d+|"?OOMKilled"?\s*[:=]\s*"?true|memory cgroup|cannot fork|fork failed|fork: (?:retry: )?resource temporarily unavailable|can't start new thread|unable to create .*thread|spawn\w* .*EAGAIN|pids? limit|no more processes|resource temporarily unavailable|Errno (?:11|12|24|28|122)\b|not enough (?:memory|disk space)|insufficient (?:memory|disk)|os error (?:11|12|24|28)\b|database is locked|SQLITE_(?:FULL|BUSY|NOMEM)|inotify watch|too many (?:processes|levels of recursion)|\bEAGAIN\b)/i,
  },
  {
    class: 'timeout',
    when: /(?:^timeout: sending signal|\bTimeoutExpired\b|spawnSync .*ETIMEDOUT|start operation timed out|result 'timeout'|^command timed out|^(?:[\w-]+ )?timed? ?out (?:after|waiting|while waiting|reached|limit)|^timeout (?:waiting|exceeded|reached|after)|time limit (?:exceeded|reached)|exceeded (?:the )?(?:time limit|timeout|max(?:imum)? (?:wall[- ]?)?time|deadline of)|wall[- ]?(?:clock|time) (?:limit|timeout|budget)|deadline (?:reached|passed)|killed (?:by|after) timeout|execution timed out|\btimed out after \d+(?:\.\d+)?\s*(?:s|sec|m|min|h|ms)?\w* (?:waiting|of|and)|(?:session|run|task|process|agent|job|turn) timed out)/i,
  },
  {
    class: 'launch_failed',
    when: /(?:\bspawn(?:Sync)? .*\b(?:ENOENT|EACCES|E2BIG|ENOTDIR|EPERM|ENOEXEC|EBADF|UNKNOWN)\b|posix_spawn|\bexec(?:v[pe]*|ve)?\b.*(?:no such file|permission denied|format error|failed)|exec format error|bad interpreter|cannot execute|command not found|: not found$|is not recognized as an internal or external command|argument list too long|FileNotFoundError: \[(?:Errno|WinError) 2\]|NotADirectoryError|PermissionError: \[Errno 13\]|ModuleNotFoundError|No module named|Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|could not determine executable|error while loading shared libraries|GLIBC\w* .*not found|version `GLIBC|Unsupported (?:engine|node)|requires? Node(?:\.js)? (?:version )?[v>=\d]|status=2\d\d\/[A-Z_]+|Failed at step \w+ spawning|Failed to (?:execute|exec|spawn|start transient|connect to (?:the )?(?:system |session |user )?(?:bus|scope))|Unit .* (?:not found|already exists|was already loaded)|(?:native )?binary (?:is )?not (?:installed|found)|unable to (?:start|spawn|exec))/i,
  },
  {
    class: 'launch_failed',
    when: /(?:^(?:[\w./-]+: )*(?:line \d+: )?(?:cd|chdir|pushd): |No such file or directory:? '|(?:working|current) (?:directory|dir|folder) .*(?:does not exist|no longer|not found|deleted|missing|not accessible)|getcwd: |shell-init: |cannot (?:chdir|change directory|access (?:the )?(?:working|current))|chdir .*(?:failed|ENOENT)|(?:workspace|directory|folder|worktree) .{0,80}(?:does not exist|not trusted|is not trusted|untrusted|not found)|Workspace Trust|not (?:running )?(?:in|inside) a trusted (?:directory|folder|workspace)|untrusted (?:folder|workspace|directory)|is not a trusted)/i,
  },
]

/** Sessions, threads and conversations that are taken or gone. */
export const sessionRows: readonly Row[] = [
  {
    class: 'session_conflict',
    when: /(?:\b(?:session|conversation|thread|chat|rollout)(?: (?:id|file|name|with id|named))?:? ?['"`]?[\w.<>-]{0,60}['"`]?,? (?:is |was |has )?(?:already (?:in use|exists|running|open|active|locked)|not found|does not exist|no longer (?:exists|on disk)|(?:locked|in use)\b|could not be found)|\bno (?:saved |previous |recent |such |matching |resumable )?(?:session|conversation|thread|rollout|checkpoint|chat)s?\b.{0,30}(?:found|with (?:the )?(?:id|name)|to (?:continue|resume)|match|exists?\b)|Invalid session (?:identifier|id\b(?!\.? Must))|failed to (?:resume|load|restore|open) (?:the )?(?:session|conversation|thread|chat)|(?:error|failed) (?:resuming|starting) session|unable to (?:resume|find) (?:the )?(?:session|conversation|thread)|cannot resume|duplicate session|another (?:instance|session|process) .{0,60}(?:is )?(?:using|running|holding))/i,
  },
]

/** Machine words of providers: error types, codes, reasons and exception names, wherever they stand. */
export const codeRows: readonly Row[] = [
  {
    class: 'overloaded',
    when: /\b(?:MODEL_CAPACITY_EXHAUSTED|overloaded_error|model_overloaded|engine_overloaded|server_is_overloaded|slow_down)\b/,
  },
  {
    class: 'credits_depleted',
    when: /\b(?:insufficient_quota|billing_hard_limit_reached|billing_not_active|billing_error|insufficient_(?:credits?|balance|funds)|credits?_(?:required|depleted|exhausted)|quota_exceeded|payment_required|PAYMENT_REQUIRED|INSUFFICIENT_\w*CREDITS\w*|usage_limit_exceeded|PaymentRequired\w*|CreditsExhausted|BudgetExceededError|spend_limit\w*|account_balance\w*)\b/,
  },
  {
    class: 'context_too_large',
    when: /\b(?:context_length_exceeded|context_window_exceeded|ContextWindowExceeded\w*|ContextOverflow\w*|ContextLengthExceeded\w*|contextWindowExceeded|prompt_too_long|request_too_large|string_above_max_length|max_context_length\w*|tokens_limit_reached)\b/,
  },
  {
    class: 'content_refused',
    when: /\b(?:content_policy_violation|content_filter|ContentPolicyViolation\w*|ContentFilterError|cyberPolicy|cyber_policy|content_policy|safety_violation|PROHIBITED_CONTENT|moderation_blocked|data_inspection_failed|DataInspectionFailed|BLOCKLIST|refusal)\b/,
  },
  {
    class: 'model_unavailable',
    when: /\b(?:model_not_found|ModelNotFound\w*|ProviderModelNotFoundError|model_not_available|model_not_supported|model_unavailable|invalid_model|unsupported_model|model_deprecated|model_decommissioned)\b/,
  },
  {
    class: 'rate_limited',
    when: /\b(?:rate_limit(?:_error|_exceeded|ed|s)?|RateLimit(?:Error|Exceeded|ExceededError)|usage_limit_reached|RATE_LIMIT_EXCEEDED|QUOTA_EXHAUSTED|TerminalQuotaError|RetryableQuotaError|QuotaExceeded\w*|RESOURCE_EXHAUSTED|resource_exhausted|too_many_requests|TooManyRequests\w*|ThrottlingException|throttling_error|Throttling\.\w+|usageLimitExceeded|LimitExceeded\w*)\b/,
  },
  {
    class: 'auth_error',
    when: /\b(?:authentication_(?:error|failed|required)|invalid_api_key|AuthenticationError|FatalAuthenticationError|UnauthorizedError|UNAUTHENTICATED|Unauthenticated|unauthenticated|permission_error|PermissionDeniedError|PERMISSION_DENIED|ProviderAuthError|invalid_grant|token_expired|token_revoked|invalid_token|refresh_token_\w+|account_deactivated|account_disabled|organization_disabled|oauth_org_not_allowed|API_KEY_INVALID|ACCESS_TOKEN_\w+|ExpiredToken\w*|UnrecognizedClientException|AccessDenied\w*|LoadAPIKeyError|missing_api_key|ForbiddenError|VALIDATION_REQUIRED)\b/,
  },
  {
    class: 'max_turns',
    when: /\b(?:FatalTurnLimitedError|max_turns_reached|error_max_turns|turn_limit|maxTurnsReached)\b/,
  },
  {
    class: 'interrupted',
    when: /\b(?:FatalCancellationError|MessageAbortedError|AbortError|CanceledError|CancelledError|KeyboardInterrupt|user_cancelled|turn_aborted)\b/,
  },
  {
    class: 'network',
    when: /\b(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EPIPE|ETIMEDOUT|EPROTO|ERR_SSL\w*|ERR_TLS\w*|ERR_PROXY\w*|ERR_SOCKET\w*|UND_ERR_\w+|CERT_\w+|UNABLE_TO_\w+CERT\w*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT\w*|ConnectionRefused|FailedToOpenSocket|APIConnectionError|APITimeoutError|NetworkError|network_error|httpConnectionFailed|responseStreamDisconnected|responseStreamConnectionFailed|ConnectTimeout\w*|ReadTimeout\w*|RemoteProtocolError|connection_error)\b/,
  },
  {
    class: 'overloaded',
    when: /\b(?:api_error|server_error|internal_server_error|InternalServerError|ServiceUnavailable\w*|UNAVAILABLE|INTERNAL|DEADLINE_EXCEEDED|serverOverloaded|internalServerError|bad_gateway|upstream_error|service_unavailable|ModelOverloaded\w*)\b/,
  },
]

/** What clients and providers say in plain words. */
export const plainRows: readonly Row[] = [
  {
    class: 'overloaded',
    when: /(?:temporarily limiting requests|not your usage limit|no capacity available|(?:is|are) at capacity|at capacity right now|(?:experiencing|under|due to) (?:high|heavy|extreme|unusually high) (?:demand|load|traffic|usage)|model is (?:currently )?overloaded|currently overloaded|over capacity|capacity constraints?)/i,
  },
  {
    class: 'credits_depleted',
    when: /(?:credit balance|out of (?:\w+ )?credits?\b|(?:insufficient|not enough|no (?:remaining|more)|low) (?:\w+ )?(?:credits?\b|balance|funds)|balance is (?:too low|insufficient|0|negative|empty)|low credit|credits? (?:are |is |have been |has been )?(?:exhausted|depleted|used up|required|expired|ran out)|(?:add|purchase|buy|top up|recharge)(?: more| your| some)? (?:\w+ )?(?:credits?|balance|funds)|top[- ]up\b|payment (?:required|method|failed)|billing (?:details|issue|account|hard limit|limit|information|is disabled|not (?:active|enabled))|spend(?:ing)? (?:cap|limit)|(?:monthly|shared|team|key) (?:budget|spend)|budget (?:has been )?exceeded|you have no quota|out of usage|usage (?:credits?|allowance) (?:required|exhausted|used)|(?:free|trial) (?:tier|plan|quota|usage|credits?|trial) .{0,40}(?:discontinued|expired|ended|exhausted|exceeded|used up)|(?:subscription|plan) (?:has )?(?:expired|ended|lapsed)|quota exceeded\. check your plan|upgrade (?:to increase your limit|your plan to continue)|402 payment)/i,
  },
  {
    class: 'context_too_large',
    when: /(?:(?:prompt|input|conversation|message|request|context|payload|history)s? (?:is|are|was|has become) (?:too (?:long|large|big))|too (?:long|large|many tokens) for (?:the |this |requested )?(?:model|context|upstream|api)|(?:prompt|request|payload|input|image|body) too (?:long|large)|context (?:window|length|limit|size)s? .{0,60}(?:exceed|exhaust|reach|full|overflow|ran out|over)|(?:exceed\w*|over|beyond|outside|larger than|hit|reached|exhausted|ran out of room in|maximum) .{0,40}(?:context (?:window|length|limit|size)|token limit|tokens allowed|input (?:token|limit|length)|model's context)|possibly exhausted context|maximum context length|maximum number of tokens|max(?:imum)? (?:prompt|input|request) (?:length|size|tokens)|ran out of room|reduce the length of|request (?:size|payload size) exceeds|entity too large|conversation too long|too many (?:input )?tokens|\btokens? > \d+|token count .{0,40}exceed|input tokens? exceed|compaction failed|has hit a token limit)/i,
  },
  {
    class: 'content_refused',
    when: /(?:usage polic(?:y|ies)|content (?:policy|policies|filter(?:ing)?|moderation|management policy)|safety (?:settings|polic(?:y|ies)|filter|system|reasons|measures)|safeguards? flagged|flagged (?:for|as|by) |violat(?:e|es|ed|ing|ion) .{0,40}(?:polic(?:y|ies)|guidelines|terms)|response was blocked|blocked (?:by|due to) .{0,60}(?:polic|safety|filter|recitation|content|prohibited)|prohibited (?:content|use)|can't help with this|(?:model|provider) (?:has )?(?:refused|declined)|refused (?:to (?:respond|answer|comply)|the request)|inappropriate content|cyber(?:security)? risk|responsible ai)/i,
  },
  {
    class: 'model_unavailable',
    when: /(?:\bmodels?\b.{0,120}(?:not (?:found|available|supported|exist|recogni[sz]ed|accessible|enabled|allowed|authorized|a valid)|(?:does not|doesn't|do not) exist|unavailable|no longer (?:available|supported)|is (?:restricted|deprecated|retired|disabled|unknown|invalid|not\b)|has been (?:retired|deprecated|removed|discontinued|shut ?down|decommissioned|sunset)|access denied)|(?:invalid|unknown|unsupported|unrecogni[sz]ed|no such|cannot (?:use|find|access)(?: this| the)?|could not find|issue with the selected|no access to|not have access to(?: the)?|not (?:entitled|authorized|allowed) to use(?: this| the)?) (?:the )?(?:selected )?model\b|does not have access to model|model (?:name|id|identifier) .{0,60}(?:invalid|unknown|not)|not available (?:with|on|for|in) .{0,30}(?:plan|subscription|region|account)|does not support this model|model not found|available models?:|-model flag is not available|no endpoints found|not supported when using|didn't match any model|list of available models|unknown provider|provider .{0,60}not (?:found|configured|supported)|no (?:providers?|models?) (?:configured|available|found|selected))/i,
  },
  {
    class: 'rate_limited',
    when: /(?:rate[- ]?limit(?:ed|s|ing)?\b(?!\w)|too many requests|(?:usage|session|weekly|daily|monthly|hourly|5-hour|\d+-hour|request|requests|token|tokens|message|free|global|premium|individual|plan|api|concurrency|tpm|rpm|opus|sonnet|your) (?:\w+ )?(?:limit|limits|cap|quota|quotas)\b.{0,60}(?:reached|exceed\w*|hit|exhausted|used up|resets?)|(?:hit|reached|exceeded|exhausted|used up|used all|exceeds|over|consumed)(?: of)? (?:the |your |its |all )?(?:[\w'-]+ ){0,5}(?:limits?|quotas?|allocation|allowance|capacity on this model|premium requests|token usage|requests)\b|limit (?:has been )?reached|quota (?:has been |is |was )?(?:exceeded|exhausted|reached|used up|depleted|limit)|resource (?:has been )?exhausted|exceed(?:ed|s)? (?:your|the) (?:current |allocated |account's |organization's )?(?:quota|rate|limit|request)|exceeded retry limit, last status: 429|throttl(?:ed|ing)|slow down|wait (?:\d+|until|a (?:few|moment))|regain access|limit (?:will )?resets?\b|resets? (?:at|in) \d|allocated quota)/i,
  },
  {
    class: 'auth_error',
    when: /(?:not (?:logged|signed) in|(?:log|sign) ?in (?:to|again|required|first|expired|with)|please (?:log|sign|re-?auth|run .{0,40}(?:login|auth))|\/login\b|\b(?:auth|agent|codex|gh|cursor-agent|gcloud auth|claude|amp|qwen|copilot|opencode auth|kilo auth) login\b|re-?authenticat|authenticat(?:e|ion|ing) .{0,40}(?:fail|required|error|denied|expired|invalid|missing|cancell?ed|method|type|info|token|not)|failed to authenticate|unable to authenticate|could not (?:authenticate|resolve authentication|refresh|load .{0,30}credentials)|not (?:able to authenticate|authenticated|authorized)|unauthori[sz]ed|(?:invalid|incorrect|missing|expired|revoked|no|bad|wrong|unset|empty) (?:or (?:missing|invalid|expired) )?(?:\w+ ){0,2}(?:api[- _]?keys?|tokens?\b(?! (?:count|limit|usage))|credentials?|auth\b|bearer|access token|x-api-key|authorization|login)|(?:api[- _]?key|token|credentials?|session|login|certificate of login|refresh token|access token|subscription access)s?\b.{0,60}(?:expired|revoked|invalid|not (?:valid|set|found|configured|provided|accepted)|missing|disabled|required|could not be (?:refreshed|validated|found)|rejected|is not set|must be set|was already used|suspended)|(?:organization|account|key|consumer|workspace|user) .{0,80}(?:disabled|suspended|deactivated|banned|on hold|not allowed|does not have access|blocked|restricted|terminated)|missing (?:scopes?|environment variable|authorization)|insufficient (?:scopes?|permissions?|privileges) |permission denied \(publickey|could not read (?:username|password)|Authentication failed for|host key verification failed|[A-Z]\w*_(?:API_KEY|TOKEN)\b.{0,60}(?:not set|missing|required|environment variable|must|invalid|unset)|(?:set|specify|specify the|export|provide|configure) (?:the |your |a |an )?(?:[A-Z]\w*_(?:API_KEY|TOKEN)|auth method|api[- ]key)|access (?:denied|token)|request not allowed|country, region,? or territory not supported|location is not supported|oauth (?:token|session|error|login|flow)|PERMISSION_DENIED|403 forbidden|401\b)/i,
  },
  {
    class: 'tool_permission',
    when: /(?:permission (?:requested|denied and could not|to use .{0,40}(?:denied|was rejected)|request(?:ed)? .{0,60}(?:denied|reject|auto-reject))|(?:permission|approval)s? (?:was |were |is |are |has been )?(?:denied by|declined|rejected|needed|required|not granted)|auto[- ]?(?:reject|den(?:y|ied))|requested permissions? to|haven't granted|(?:tool|command|action|edit|write|call|execution)s?\b.{0,80}(?:not (?:allowed|permitted|approved)|was (?:denied|rejected|blocked|declined)|(?:requires?|needs?) (?:your |user |manual |explicit |human )?(?:approval|confirmation|permission)|denied by (?:policy|user|permission|rule)|is disabled by|disallowed)|(?:requires?|needs?|awaiting|waiting for) (?:your |user |manual |explicit |human )?(?:approval|permission to)|approval (?:denied|policy)|user (?:rejected|denied|declined|refused) (?:permission|the|this|tool)|rejected permission|denied by (?:the )?(?:sandbox|policy|permission|approval)|sandbox (?:denied|blocked|error: .*denied)|(?:not|isn't) in (?:the )?allow(?:ed)?[- ]?(?:list|tools)|blocked by (?:policy|permission|sandbox|hook|the sandbox)|read-only (?:sandbox|mode)|not permitted in|confirmation, which is not supported|cannot (?:prompt|ask) for (?:permission|approval|confirmation))/i,
  },
  {
    class: 'max_turns',
    when: /(?:(?:max(?:imum)?|turn|step|iteration|action|tool[- ]call|budget)(?: number of| session| allowed)? ?(?:turns?|steps?|iterations?|actions?|rounds?|tool calls?|limit|budget)\b.{0,60}(?:reached|exceeded|limit|hit|exhausted|used)|(?:reached|exceeded|hit|exhausted) (?:the |your |its )?(?:max(?:imum)?|turn|step|iteration|configured|session)(?: number of| session| allowed)? ?(?:\w+ )?(?:turns?|steps?|iterations?|actions?|rounds?|tool calls?|budget|limit)|reached the maximum number of (?:actions|turns|steps|iterations)|max(?:imum)?[_ -]?(?:session[_ -]?)?turns|too many (?:turns|steps|iterations|tool calls)|(?:loop|doom loop) detected)/i,
  },
  {
    class: 'network',
    when: /(?:network (?:error|issue|is unreachable|connection|timeout|unreachable|request failed)|(?:unable|failed|could not|couldn't|cannot|can't) (?:to )?(?:connect|reach|resolve|establish|fetch|access '?https?|look ?up)|connection (?:error|refused|reset|closed|timed out|was lost|lost|aborted|dropped|failed|terminated|to .{0,40}(?:lost|failed|closed)|interrupted)|(?:host|server|name|address) (?:is )?(?:unreachable|not resolved)|could not resolve host|temporary failure in name resolution|name or service not known|no (?:internet|route to host|such host|address associated)|getaddrinfo|dial tcp|tls handshake|ssl(?:_|\s)(?:connect|error|certificate|routines)|certificate (?:verif|has expired|is not|verify|signed by|problem|error)|self[- ]signed certificate|unable to (?:get|verify).{0,40}certificate|fetch failed|socket (?:hang up|closed|is closed|disconnected|error|timeout)|stream (?:disconnected|closed|ended|error|interrupted|was reset)|error sending request|error decoding response|transport error|idle timeout|request timed out|response (?:stalled|stopped|timed out)|(?:operation|connect(?:ion)?|read|write|gateway|handshake|request|query|lookup) timed? ?out|timed out (?:while )?(?:connecting|reading|after \d+ milliseconds)|timeout of \d+ ?ms exceeded|upstream (?:connect|request) (?:error|timeout)|premature (?:close|eof)|unexpected eof|early eof|rpc failed|broken pipe|proxy (?:error|refused|connection|authentication)|through your proxy|empty or malformed response|malformed response|empty reply from server|api connection|offline|^terminated$|without returning a response)/i,
  },
  {
    class: 'overloaded',
    when: /(?:overloaded|internal (?:server )?error|server (?:error|is (?:busy|down|overloaded|unavailable))|servers? (?:are|is) (?:down|busy|overloaded)|service (?:is )?(?:temporarily |currently )?unavailable|temporarily unavailable|bad gateway|gateway time-?out|upstream (?:error|failed|unavailable)|all upstreams failed|an error occurred while processing|something went wrong (?:on our|with the)|provider (?:is )?(?:down|unavailable|returned (?:an )?error)|high load|high traffic|(?:system|service|engine|model|provider|server|upstream)s? (?:is |are )?(?:currently |temporarily )?(?:too )?busy|try again in a (?:moment|few)|server-side issue|backend error|transient api error|failed to get (?:a )?response from|(?:unexpected|unknown) (?:server |api )?error|something went wrong|service degraded|degraded performance|deadline expired|5(?:00|02|03|04|29) (?:internal|bad|service|gateway|overloaded))/i,
  },
  {
    class: 'interrupted',
    when: /(?:^interrupted\b|interrupted by (?:the )?user|\b(?:request|turn|run|session|operation|task|agent|generation|stream)\b.{0,20}\b(?:was )?(?:abort|cancell?)ed|aborted by|cancell?ed by (?:the )?user|user (?:cancell?ed|aborted|interrupted)|keyboard ?interrupt|received (?:signal )?SIG(?:INT|TERM|HUP)|ctrl[-+ ]?c|^terminated\b|^hangup$|shutting down|signal: (?:terminated|killed|interrupt))/i,
  },
  {
    class: 'task_failed',
    when: /(?:without (?:any )?(?:assistant )?(?:output|response|answer)|no (?:last )?(?:agent|assistant|final) (?:message|output|response|answer)|empty (?:response|answer|output|content|result)|did not (?:produce|return) (?:any |an )?(?:output|response|answer)|\d+ (?:tests? )?failed|tests? failed|assertion (?:failed|error)|AssertionError|build failed|compilation failed|lint(?:ing)? (?:failed|errors?)|merge conflict|CONFLICT \(|output token maximum|max_output_tokens|incomplete response)/i,
  },
]

/** All families in the order in which they are asked. */
export const familyRows: readonly Row[] = [
  ...argumentRows,
  ...launchRows,
  ...sessionRows,
  ...codeRows,
  ...plainRows,
]
