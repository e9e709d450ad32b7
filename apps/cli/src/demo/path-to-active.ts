import type { ProvisionState } from '#domain/states.js';

/** A target for `PUT …/states/provision`, or: nothing to ask for now, or: arrived. */
export type NextStep = { readonly ask: string; readonly needsImage: boolean } | 'wait' | 'arrived';

const ask = (target: string): NextStep => ({ ask: target, needsImage: false });
const askWithImage = (target: string): NextStep => ({ ask: target, needsImage: true });

/** From every state towards `active`: what to ask for next. States of earlier, interrupted runs are among them. */
export const pathToActive: Readonly<Record<ProvisionState, NextStep>> = {
  enroll: ask('manage'),
  verifying: 'wait',
  manageable: ask('provide'),
  inspecting: 'wait',
  'inspect wait': 'wait',
  'inspect failed': ask('manage'),
  adopting: 'wait',
  'adopt failed': ask('manage'),
  cleaning: 'wait',
  'clean wait': 'wait',
  'clean hold': ask('unhold'),
  'clean failed': ask('manage'),
  available: askWithImage('active'),
  deploying: 'wait',
  'wait call-back': 'wait',
  'deploy hold': ask('unhold'),
  'deploy failed': askWithImage('active'),
  active: 'arrived',
  rescuing: 'wait',
  'rescue wait': 'wait',
  rescue: ask('unrescue'),
  'rescue failed': ask('unrescue'),
  unrescuing: 'wait',
  'unrescue failed': ask('unrescue'),
  servicing: 'wait',
  'service wait': 'wait',
  'service hold': ask('unhold'),
  'service failed': ask('abort'),
  deleting: 'wait',
  error: askWithImage('rebuild'),
};

/**
 * What gets a node out of a wait that will not end, because its machine met something while nobody ran the demo (it
 * found no boot server, say). A wait that progresses is left alone.
 */
export const wayOut: Partial<Record<ProvisionState, string>> = {
  'inspect wait': 'abort',
  'clean wait': 'abort',
  'wait call-back': 'deleted',
  'rescue wait': 'abort',
  'service wait': 'abort',
};
