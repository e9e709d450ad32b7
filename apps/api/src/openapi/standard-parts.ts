import type { JsonSchema } from '../resource/documented.js';

/** The schemas of errors. */
export const errorSchemas = {
  Error: {
    type: 'object',
    description:
      'JSON in a string in JSON: `faultstring`, or `description` of errors of the router, says what is wrong.',
    properties: { error_message: { type: 'string', contentMediaType: 'application/json' } },
    required: ['error_message'],
    additionalProperties: false,
  },
  Fault: {
    type: 'object',
    description: 'The form of an error that was met before the request was looked at.',
    properties: {
      faultcode: { enum: ['Client', 'Server'] },
      faultstring: { type: 'string' },
    },
    required: ['faultcode', 'faultstring'],
    additionalProperties: false,
  },
  Unauthorized: {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: { message: { type: 'string' }, code: { const: 401 } },
        required: ['message', 'code'],
      },
    },
    required: ['error'],
    additionalProperties: false,
  },
} as const satisfies Record<string, JsonSchema>;

const ref = (name: keyof typeof errorSchemas) => ({ $ref: `#/components/schemas/${name}` });

function errorResponse(description: string, schema: JsonSchema = ref('Error')): object {
  return { description, headers: answerHeaders, content: { 'application/json': { schema } } };
}

/** On every answer. */
const answerHeaders = { 'OpenStack-Request-Id': { $ref: '#/components/headers/RequestId' } };

/** On answers of handlers below `/v1`. */
export const versionedHeaders = {
  ...answerHeaders,
  'X-OpenStack-Ironic-API-Version': { $ref: '#/components/headers/Version' },
  'X-OpenStack-Ironic-API-Minimum-Version': { $ref: '#/components/headers/MinimumVersion' },
  'X-OpenStack-Ironic-API-Maximum-Version': { $ref: '#/components/headers/MaximumVersion' },
};

/** Headers of answers. */
export const headers = {
  RequestId: { description: 'Id of the request, also in the log.', schema: { type: 'string', pattern: '^req-' } },
  Version: { description: 'The version that was used.', schema: { type: 'string' } },
  MinimumVersion: { description: 'The oldest version served.', schema: { type: 'string' } },
  MaximumVersion: { description: 'The newest version served.', schema: { type: 'string' } },
  Location: { description: 'URL of what was made or changed.', schema: { type: 'string', format: 'uri' } },
};

const standardResponses = {
  400: errorResponse('The request is wrong, or the state of the object does not allow it.', {
    anyOf: [ref('Error'), ref('Fault')],
  }),
  401: errorResponse('Credentials are missing or wrong.', { anyOf: [ref('Error'), ref('Unauthorized')] }),
  403: errorResponse('The policy does not allow it, or the object is protected.'),
  404: errorResponse('There is no such object.'),
  406: errorResponse('Something is newer than the version, the version is not served, or JSON is not accepted.'),
  409: errorResponse('A duplicate, or the node is locked by running work: try again later.'),
  413: errorResponse('The body is too large.', ref('Fault')),
  503: errorResponse('Nobody can do it now: try again later.'),
  default: errorResponse('Any other error.'),
};

/** By name, for `components`. */
export const errorResponses = Object.fromEntries(
  Object.entries(standardResponses).map(([status, response]) => [`Error${status}`, response]),
);

/** References to the errors that a request of that method may meet. */
export function errorsOf(method: string, publicly: boolean): Readonly<Record<string, object>> {
  const changes = method !== 'get';
  const statuses = Object.keys(standardResponses).filter(
    (status) => (changes || !['409', '413'].includes(status)) && (!publicly || !['401', '403'].includes(status)),
  );
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Error${status}` }]));
}

/** How a caller may prove who they are; which of them counts is configured. */
export const securitySchemes = {
  basic: { type: 'http', scheme: 'basic', description: '`http_basic`: a user of the htpasswd file.' },
  token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: '`keystone`: a token of Keystone v3.' },
};

/** The parameter by which a request asks for the version that the document describes. */
export function versionParameter(minor: number): object {
  const version = `1.${minor}`;
  return {
    name: 'X-OpenStack-Ironic-API-Version',
    in: 'header',
    // Without it a request is one of 1.1.
    required: minor > 1,
    description: 'The API version that this document describes. Other versions have documents of their own.',
    schema: { const: version, type: 'string', default: version },
  };
}
