import { isAvailable, type ProvisionState } from './states.js';

/** What somebody wants a node for: an allocation, later the target of a migration. */
export interface PlacementRequest {
  /** Null matches only nodes without one. */
  readonly resourceClass: string | null;
  /** All of them have to be on the node. */
  readonly traits: readonly string[];
  /** UUIDs; empty: any node. */
  readonly candidateNodes: readonly string[];
  /** Project that must own or lease the node; null: any. */
  readonly owner: string | null;
  /** A fitting node of this name comes first (api-ref 1.79). */
  readonly name: string | null;
}

/** A node as far as matching looks at it. */
export interface NodeFacts {
  readonly uuid: string;
  readonly name: string | null;
  readonly resourceClass: string | null;
  readonly provisionState: ProvisionState;
  readonly powerState: string | null;
  readonly maintenance: boolean;
  readonly retired: boolean;
  readonly instanceUuid: string | null;
  readonly parentNode: string | null;
  readonly owner: string | null;
  readonly lessee: string | null;
  readonly traits: readonly string[];
}

/** Why a node is not taken. */
export interface Refusal {
  readonly kind: 'class' | 'state' | 'maintenance' | 'retired' | 'instance' | 'power' | 'child' | 'traits';
  /** For people, after the node's name: `in maintenance`. */
  readonly text: string;
}

/** What can be said of one node: out of the question, refused with reasons, or fitting. */
export type Verdict =
  /** Not asked for: another project's, not among the candidates, or of another resource class where any would do. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'fits' };

/** The verdicts on all nodes. */
export interface Placement<Node extends NodeFacts> {
  readonly fitting: readonly Node[];
  readonly refused: readonly { readonly node: Node; readonly refusals: readonly Refusal[] }[];
}

/**
 * May the request have the node? The rules are Ironic's (conductor/allocations.py `_candidate_nodes`): available, with a
 * known power state, without instance, maintenance or parent, of the resource class, with all traits, of the project.
 */
export function verdictOn(request: PlacementRequest, node: NodeFacts): Verdict {
  const { owner, candidateNodes } = request;
  // Whoever may not see the node must not learn from a reason that it is there.
  if (owner !== null && node.owner !== owner && node.lessee !== owner) return { kind: 'elsewhere' };
  const named = candidateNodes.includes(node.uuid);
  if (candidateNodes.length > 0 && !named) return { kind: 'elsewhere' };
  if (!named && node.resourceClass !== request.resourceClass) return { kind: 'elsewhere' };
  const refusals = refusalsOf(request, node);
  return refusals.length === 0 ? { kind: 'fits' } : { kind: 'refused', refusals };
}

/** Sorts the nodes by their verdicts. */
export function place<Node extends NodeFacts>(request: PlacementRequest, nodes: readonly Node[]): Placement<Node> {
  const fitting: Node[] = [];
  const refused: { node: Node; refusals: readonly Refusal[] }[] = [];
  for (const node of nodes) {
    const verdict = verdictOn(request, node);
    if (verdict.kind === 'fits') fitting.push(node);
    if (verdict.kind === 'refused') refused.push({ node, refusals: verdict.refusals });
  }
  return { fitting, refused };
}

/**
 * The order in which fitting nodes are tried: at random, so that parallel requests do not all want the same one and
 * machines wear evenly, but a node that is called like the request comes first.
 */
export function tryingOrder<Node extends NodeFacts>(
  request: PlacementRequest,
  fitting: readonly Node[],
  random: () => number = Math.random,
): readonly Node[] {
  const order = [...fitting];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [order[last], order[other]];
    if (a !== undefined && b !== undefined) [order[last], order[other]] = [b, a];
  }
  const namesake = request.name === null ? -1 : order.findIndex((node) => node.name === request.name);
  return namesake < 0 ? order : [...order.splice(namesake, 1), ...order];
}

/** So many refused nodes are named with their reasons; of the others each reason is counted. */
const namedAtMost = 10;

/** Why nothing fits, for `last_error`. */
export function whyNothingFits(request: PlacementRequest, { refused }: Placement<NodeFacts>): WhyNot {
  const lacksOnlyTraits = refused.filter(({ refusals }) => refusals.every(({ kind }) => kind === 'traits'));
  if (lacksOnlyTraits.length > 0) {
    const traits = request.traits.join(', ');
    return { text: `no suitable nodes have the requested traits ${traits}`, details: refusedText(refused) };
  }
  const resourceClass = request.resourceClass ?? 'None';
  const text =
    request.candidateNodes.length > 0
      ? `none of the requested nodes are available and match the resource class ${resourceClass}`
      : `no available nodes match the resource class ${resourceClass}`;
  return { text, details: refusedText(refused) };
}

/** What {@link whyNothingFits} says. */
export interface WhyNot {
  /** Ironic's words, the end of a sentence. */
  readonly text: string;
  /** The refused nodes with their reasons, a sentence; empty when no node came into question. */
  readonly details: string;
}

function refusedText(refused: Placement<NodeFacts>['refused']): string {
  if (refused.length === 0) return '';
  const named = refused
    .slice(0, namedAtMost)
    .map(({ node, refusals }) => `${node.name ?? node.uuid} (${refusals.map(({ text }) => text).join(', ')})`);
  const rest = refused.slice(namedAtMost);
  if (rest.length === 0) return `Refused: ${named.join(', ')}.`;
  const counts = new Map<string, number>();
  for (const { refusals } of rest) {
    const words = kindWords[refusals[0]?.kind ?? 'state'];
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const counted = [...counts].map(([words, count]) => `${count} ${words}`).join(', ');
  return `Refused: ${named.join(', ')}, and ${rest.length} more: ${counted}.`;
}

/** How refusals of nodes that are only counted read. */
const kindWords: Readonly<Record<Refusal['kind'], string>> = {
  class: 'of another resource class',
  state: 'not available',
  maintenance: 'in maintenance',
  retired: 'retired',
  instance: 'with an instance',
  power: 'without a known power state',
  child: 'below a parent node',
  traits: 'without the traits',
};

function refusalsOf(request: PlacementRequest, node: NodeFacts): readonly Refusal[] {
  const missing = request.traits.filter((trait) => !node.traits.includes(trait));
  const all: readonly (Refusal | false)[] = [
    node.resourceClass !== request.resourceClass && {
      kind: 'class',
      text: node.resourceClass === null ? 'no resource class' : `resource class ${node.resourceClass}`,
    },
    !isAvailable(node.provisionState) && { kind: 'state', text: `in state ${node.provisionState}` },
    node.maintenance && { kind: 'maintenance', text: 'in maintenance' },
    node.retired && { kind: 'retired', text: 'retired' },
    node.instanceUuid !== null && { kind: 'instance', text: 'has an instance' },
    node.powerState === null && { kind: 'power', text: 'power state not known' },
    node.parentNode !== null && { kind: 'child', text: `child of node ${node.parentNode}` },
    missing.length > 0 && { kind: 'traits', text: `lacks ${missing.join(', ')}` },
  ];
  return all.filter((refusal) => refusal !== false);
}
