import type { Answer, Case, Json, Step } from './case.js';
import { Normal, shapeOf, stable } from './normal.js';
import { parsed } from './run-case.js';
import { fill, pick } from './variables.js';

const comparedHeaders = [
  'X-OpenStack-Ironic-API-Minimum-Version',
  'X-OpenStack-Ironic-API-Maximum-Version',
  'X-OpenStack-Ironic-API-Version',
  'Content-Type',
  'Location',
  'Allow',
];

/** The differences of one step, by the rules of the differential tester; empty when the answers agree. */
export function differences(step: Step, script: Case, reference: Answer, tested: Answer): readonly string[] {
  if (tested.reached === false) return [`"until" not reached: ${tested.status} ${tested.raw.slice(0, 300)}`];
  const expected =
    step.expect !== undefined && tested.status !== step.expect
      ? [`status: the case expects ${step.expect}, tested ${tested.status}`]
      : [];
  // The reference fails inside: any refusal will do.
  if (reference.status >= 500 && tested.status >= 400) return expected;
  const what = step.cmp ?? ['status', 'headers', 'shape', 'error'];
  if (what.includes('status') && reference.status !== tested.status) {
    return [...expected, `status: reference ${reference.status}, tested ${tested.status} ${tested.raw.slice(0, 300)}`];
  }
  const options = {
    opaque: [...(script.opaque ?? []), ...(step.opaque ?? [])],
    ignored: [...(script.ignore ?? []), ...(step.ignore ?? [])],
  };
  const sides = [new Side(reference, options), new Side(tested, options)] as const;
  return [
    ...expected,
    ...(what.includes('headers') ? headerDifferences(step, ...sides) : []),
    ...bodyDifferences(what, reference.status, ...sides),
    ...(reference.status < 400 ? valueDifferences(step, ...sides) : []),
    ...fixedDifferences(step, sides[1]),
  ];
}

class Side {
  readonly answer: Answer;
  readonly document: Json;
  readonly normal: Normal;

  constructor(answer: Answer, options: { opaque: readonly string[]; ignored: readonly string[] }) {
    this.answer = answer;
    this.document = parsed(answer.raw);
    this.normal = new Normal(answer, options);
  }

  header(name: string): string | undefined {
    const value = this.answer.headers[name.toLowerCase()];
    if (value === undefined) return undefined;
    if (name === 'Content-Type') return value.split(';')[0]?.trim().toLowerCase();
    if (name === 'Allow') {
      return value
        .split(',')
        .map((method) => method.trim())
        .sort()
        .join(', ');
    }
    return this.normal.text(value);
  }
}

function headerDifferences(step: Step, reference: Side, tested: Side): readonly string[] {
  return [...comparedHeaders, ...(step.hdr ?? [])]
    .filter((name) => reference.header(name) !== tested.header(name))
    .map((name) => `header ${name}: reference ${reference.header(name)}, tested ${tested.header(name)}`);
}

function bodyDifferences(what: readonly string[], status: number, reference: Side, tested: Side): readonly string[] {
  if (status >= 400) {
    if (!what.includes('error')) return [];
    const [ours, theirs] = [errorForm(tested.document), errorForm(reference.document)];
    return ours === theirs ? [] : [`error form: reference ${theirs}, tested ${ours}`];
  }
  if (!what.includes('shape')) return [];
  return differenceOf(
    shapeOf(reference.normal.value(reference.document)),
    shapeOf(tested.normal.value(tested.document)),
    'shape $',
  );
}

function valueDifferences(step: Step, reference: Side, tested: Side): readonly string[] {
  return (step.eq ?? []).flatMap((path) => {
    const [theirs, ours] = [reference, tested].map((side) => {
      const value = side.normal.value(pick(side.document, path));
      return step.unordered && Array.isArray(value) ? value.map(stable).sort() : value;
    });
    return differenceOf(theirs ?? null, ours ?? null, `value ${path}`);
  });
}

function fixedDifferences(step: Step, tested: Side): readonly string[] {
  return Object.entries(step.is ?? {}).flatMap(([path, wanted]) => {
    const found = stable(pick(tested.document, path));
    const expected = stable(fill(wanted, tested.answer.variables));
    return found === expected ? [] : [`value ${path}: the case expects ${expected}, tested ${found}`];
  });
}

/** The form of an error body, its code, and whether there is a text; the text itself is each server's own. */
function errorForm(document: Json): string {
  if (document === null || typeof document !== 'object' || Array.isArray(document)) return 'no object';
  const message = document['error_message'];
  if (message === undefined) return `no error_message, ${Object.keys(document).sort().join('+')}`;
  const inner = typeof message === 'string' ? parsed(message) : message;
  if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return 'text';
  const code = stable(inner['faultcode'] ?? inner['code'] ?? null);
  const text = inner['faultstring'] ?? inner['description'];
  return `${Object.keys(inner).sort().join('+')} ${code} ${text ? 'with' : 'without'} text`;
}

function differenceOf(reference: Json, tested: Json, where: string): readonly string[] {
  if (isObject(reference) && isObject(tested)) {
    return [...new Set([...Object.keys(reference), ...Object.keys(tested)])].sort().flatMap((key) => {
      const [theirs, ours] = [reference[key], tested[key]];
      if (ours === undefined) return [`${where}.${key}: only in reference`];
      if (theirs === undefined) return [`${where}.${key}: only in tested`];
      return differenceOf(theirs, ours, `${where}.${key}`);
    });
  }
  if (stable(reference) === stable(tested)) return [];
  return [`${where}: reference ${stable(reference).slice(0, 200)}, tested ${stable(tested).slice(0, 200)}`];
}

function isObject(value: Json): value is { [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
