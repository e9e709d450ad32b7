import { code, table } from './markdown.js';
import { allProvisionStates, factsOf, type StateFacts } from './states.js';
import { transitions } from './transitions.js';
import { verbs } from './verbs.js';

const kindWords = {
  stable: 'moves only when asked',
  active: 'work is going on',
  wait: 'waits for the ramdisk, with a time-out',
  hold: 'waits for an operator',
  failed: 'work ended badly; an operator decides',
} as const;

/** Renders docs/states.md from the tables, so that the page cannot differ from the code. */
export function renderStatesDoc(): string {
  return [
    '# Provision states',
    '',
    'Generated from `packages/domain/src`; do not edit. The values are those of the Ironic API.',
    '',
    '## States',
    '',
    ...Object.entries(kindWords).map(([kind, meaning]) => `- ${kind}: ${meaning}`),
    '',
    ...table(
      ['State', 'Kind', 'Going to', 'Meaning', 'PATCH', 'DELETE', 'Lookup', 'Heartbeat', 'Power sync'],
      allProvisionStates.map((state) => [code(state), ...stateCells(factsOf(state))]),
    ),
    '',
    'PATCH: may be changed while a target is set. DELETE: may be deleted outside maintenance. Cleaning asked for by',
    '`clean` goes to `manageable` instead of `available`.',
    '',
    '## Verbs',
    '',
    ...table(
      ['target', 'Event', 'First API version', 'Operation', 'Allowed in'],
      Object.entries(verbs).map(([target, verb]) => [
        code(target),
        verb.event,
        `1.${verb.minVersion}`,
        verb.operationType ?? '-',
        transitions
          .filter((row) => row.by === 'api' && row.event === verb.event)
          .map((row) => row.from)
          .join(', '),
      ]),
    ),
    '',
    '## Transitions',
    '',
    ...table(
      ['State', 'Event', 'Asked by', 'New state', 'Target then'],
      transitions.map(({ from, event, by, to, target }) => [from, event, by, to, target ?? 'null']),
    ),
    '',
  ].join('\n');
}

function stateCells(facts: StateFacts): string[] {
  return [
    facts.kind,
    facts.finalTarget ?? '-',
    facts.meaning,
    facts.patch === 'below1.39' ? 'below API 1.39' : facts.patch,
    yesNo(facts.delete),
    facts.lookup === 'fastTrack' ? 'fast track only' : facts.lookup,
    facts.heartbeat === 'recordedFastTrack' ? 'fast track: recorded' : facts.heartbeat,
    yesNo(facts.powerSync),
  ];
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
