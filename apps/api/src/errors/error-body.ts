import { STATUS_CODES } from 'node:http';
import type { ErrorForm } from './api-error.js';

/** The body of an error: JSON in a string in JSON, as every client of Ironic unpacks it. */
export function errorBody(status: number, text: string, form: ErrorForm): object {
  const faultcode = status < 500 ? 'Client' : 'Server';
  switch (form) {
    case 'fault':
      return { error_message: JSON.stringify({ faultcode, faultstring: text, debuginfo: null }) };
    case 'routing':
      return { error_message: JSON.stringify({ code: status, title: STATUS_CODES[status] ?? '', description: text }) };
    case 'bare':
      return { faultcode, faultstring: text };
    case 'guard':
      return { error: { message: text, code: status } };
    case 'keystone':
      return { error: { code: status, title: STATUS_CODES[status] ?? '', message: text } };
  }
}
