import { expect, test } from 'vitest';
import {
  classOf,
  isFinished,
  isOperationStatus,
  isOperationType,
  operationStatuses,
  operationTypes,
  workflowTypeOf,
} from './operations.js';

test('every operation occupies the provision lane except power', () => {
  const power = Object.keys(operationTypes).filter((type) => isOperationType(type) && classOf(type) === 'power');
  expect(power).toEqual(['power']);
});

test('every operation runs the flow of its name, except that rebuild is a deployment', () => {
  const others = Object.keys(operationTypes)
    .filter(isOperationType)
    .filter((type) => workflowTypeOf(type) !== type);
  expect(others.map((type) => [type, workflowTypeOf(type)])).toEqual([
    ['rebuild', 'deploy'],
    ['teardown', 'tearDown'],
  ]);
});

test('pending and running operations are unfinished', () => {
  const unfinished = Object.keys(operationStatuses)
    .filter(isOperationStatus)
    .filter((status) => !isFinished(status));
  expect(unfinished).toEqual(['pending', 'running']);
});

test('names of neither kind are refused', () => {
  expect(isOperationType('delete')).toBe(false);
  expect(isOperationStatus('done')).toBe(false);
});
