import { z } from 'zod';
import { allowsField } from '#domain/microversions.js';
import { notAcceptable } from '../errors/api-error.js';

/** What may be done with one field of a resource. Its first version is in the domain's table of features. */
export interface FieldFacts {
  /** Part of the body of POST. */
  readonly create?: boolean;
  /** May be changed by PATCH. */
  readonly patch?: boolean;
  /** Shown in lists that ask for nothing special. */
  readonly short?: boolean;
  /** Not to be asked for by `fields=`, as the link lists of sub-resources. */
  readonly always?: boolean;
  /** Never shown, such as `node_ident` of a port. */
  readonly hidden?: boolean;
  /** What answers show, where that is another type than what is sent: a UUID that is never null, for instance. */
  readonly shown?: z.ZodType;
}

/** The facts of a field that POST and PATCH may set. */
export const both = { create: true, patch: true } as const satisfies FieldFacts;

const factsOf = new WeakMap<z.ZodType, FieldFacts>();

/** A field of a resource: its schema, and what may be done with it. */
export function field<Schema extends z.ZodType>(schema: Schema, facts: FieldFacts = {}): Schema {
  factsOf.set(schema, facts);
  return schema;
}

/** A resource of the API: one schema, from which validation and the view of each version follow. */
export class Resource<Shape extends z.ZodRawShape> {
  /** As in the names of features: `node`, `port`. */
  readonly name: string;
  readonly schema: z.ZodObject<Shape>;
  readonly fields: readonly string[];
  readonly #visible = new Map<number, readonly string[]>();
  readonly #short = new Map<number, readonly string[]>();

  constructor(name: string, shape: Shape) {
    this.name = name;
    this.schema = z.object(shape);
    this.fields = Object.keys(shape);
  }

  facts(name: string): FieldFacts {
    const schema: unknown = this.schema.shape[name];
    return schema instanceof z.ZodType ? (factsOf.get(schema) ?? {}) : {};
  }

  /** Names of the fields with that mark. */
  marked(mark: keyof FieldFacts): readonly string[] {
    return this.fields.filter((name) => this.facts(name)[mark] === true);
  }

  /** Names of the fields that a client of that version sees. */
  visible(minor: number): readonly string[] {
    let names = this.#visible.get(minor);
    if (!names) {
      names = this.fields.filter((name) => this.facts(name).hidden !== true && allowsField(minor, this.name, name));
      this.#visible.set(minor, names);
    }
    return names;
  }

  /** Names of the fields of a short list at that version. */
  short(minor: number): readonly string[] {
    let names = this.#short.get(minor);
    if (!names) {
      names = this.visible(minor).filter((name) => this.facts(name).short === true);
      this.#short.set(minor, names);
    }
    return names;
  }

  /** @throws ApiError 406 when one of the names is a field newer than the version */
  refuseNewer(minor: number, names: readonly string[]): void {
    if (names.some((name) => this.fields.includes(name) && !allowsField(minor, this.name, name))) throw notAcceptable();
  }
}
