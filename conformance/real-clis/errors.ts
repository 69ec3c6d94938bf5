// The ways in which a model service refuses, with a status, headers and a body in each provider's documented form. Written
// after the documents, not recorded from a service.

export interface Refusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** The provider's own type and code, and its sentence. */
  readonly anthropic: readonly [type: string, sentence: string]
  readonly openai: readonly [type: string, code: string | null, sentence: string]
  readonly gemini: readonly [status: string, sentence: string, details?: readonly object[]]
}

const inFiveHours = (): string => String(Math.floor(Date.now() / 1_000) + 5 * 3_600)

export const refusals: Readonly<Record<string, () => Refusal>> = {
  '401': () => ({
    status: 401,
    anthropic: ['authentication_error', 'invalid x-api-key'],
    openai: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided: dummy.'],
    gemini: ['UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  }),
  '404': () => ({
    status: 404,
    anthropic: ['not_found_error', 'model: no-such-model'],
    openai: [
      'invalid_request_error',
      'model_not_found',
      'The model `no-such-model` does not exist or you do not have access to it.',
    ],
    gemini: [
      'NOT_FOUND',
      'models/no-such-model is not found for API version v1beta, or is not supported for generateContent.',
    ],
  }),
  credit: () => ({
    status: 400,
    anthropic: [
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    ],
    openai: [
      'billing_not_active',
      'billing_not_active',
      'Your account is not active, please check your billing details on our website.',
    ],
    gemini: [
      'FAILED_PRECONDITION',
      'Gemini API free tier is not available in your country. Please enable billing on your project.',
    ],
  }),
  throttle: () => ({
    status: 429,
    headers: { 'retry-after': '1' },
    anthropic: [
      'rate_limit_error',
      'This request would exceed your rate limit of 50 requests per minute.',
    ],
    openai: [
      'requests',
      'rate_limit_exceeded',
      'Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 1s.',
    ],
    gemini: [
      'RESOURCE_EXHAUSTED',
      'Resource has been exhausted (e.g. check quota).',
      [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' }],
    ],
  }),
  'plan-limit': () => ({
    status: 429,
    headers: {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': inFiveHours(),
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-overage-status': 'rejected',
      'x-should-retry': 'false',
    },
    anthropic: [
      'rate_limit_error',
      "This request would exceed your account's rate limit. Please try again later.",
    ],
    openai: ['usage_limit_reached', null, 'The usage limit has been reached'],
    gemini: [
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
        },
      ],
    ],
  }),
  'too-long': () => ({
    status: 400,
    anthropic: ['invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'],
    openai: [
      'invalid_request_error',
      'context_length_exceeded',
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 210000 tokens.",
    ],
    gemini: [
      'INVALID_ARGUMENT',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    ],
  }),
  '500': () => ({
    status: 500,
    anthropic: ['api_error', 'Internal server error'],
    openai: ['server_error', null, 'The server had an error while processing your request.'],
    gemini: ['INTERNAL', 'An internal error has occurred.'],
  }),
  '529': () => ({
    status: 529,
    anthropic: ['overloaded_error', 'Overloaded'],
    openai: ['server_error', 'server_is_overloaded', 'The server is overloaded.'],
    gemini: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  }),
}

/** The body of a refusal as this provider writes it. */
export function bodyOf(refusal: Refusal, provider: 'anthropic' | 'openai' | 'gemini'): object {
  if (provider === 'anthropic') {
    const [type, message] = refusal.anthropic
    return { type: 'error', error: { type, message }, request_id: 'req_loopback' }
  }
  if (provider === 'openai') {
    const [type, code, message] = refusal.openai
    const reset =
      type === 'usage_limit_reached' ? { resets_at: Number(inFiveHours()), plan_type: 'plus' } : {}
    return { error: { type, code, message, param: null, ...reset } }
  }
  const [status, message, details = []] = refusal.gemini
  return { error: { code: refusal.status, message, status, details } }
}
