// Rules of this project that no published one covers; loaded by .oxlintrc.json.

/** Values of provision_state that mean nothing else in this code, so that comparing with one is asking for a state. */
const states = new Set([
  'enroll',
  'verifying',
  'manageable',
  'inspecting',
  'inspect wait',
  'inspect failed',
  'adopting',
  'adopt failed',
  'cleaning',
  'clean wait',
  'clean hold',
  'clean failed',
  'available',
  'deploying',
  'wait call-back',
  'deploy hold',
  'deploy failed',
  'active',
  'rescuing',
  'rescue wait',
  'rescue failed',
  'unrescuing',
  'unrescue failed',
  'servicing',
  'service wait',
  'service hold',
  'service failed',
  'deleting',
]);

const comparisons = new Set(['===', '!==', '==', '!=']);

function isState(node) {
  return node?.type === 'Literal' && states.has(node.value);
}

/** A question about a state is a predicate of packages/domain: there the whole table is seen at once. */
const noStateComparison = {
  meta: {
    type: 'problem',
    messages: { compare: 'Ask packages/domain about a state; compare with its string only there.' },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'compare' });
    return {
      BinaryExpression(node) {
        if (comparisons.has(node.operator) && (isState(node.left) || isState(node.right))) report(node);
      },
      SwitchCase(node) {
        if (isState(node.test)) report(node);
      },
    };
  },
};

export default { meta: { name: 'temper' }, rules: { 'no-state-comparison': noStateComparison } };
