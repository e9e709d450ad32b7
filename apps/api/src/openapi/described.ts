import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { Feature } from '#domain/features.js';
import type { Resource } from '../resource/resource.js';

/** Key under which a handler's description is kept. */
export const describedKey = 'temper:described';
/** Key under which the reason is kept why a handler is not in the document. */
export const undescribedKey = 'temper:undescribed';

/** What the OpenAPI document says of a handler's answer. */
export type AnswerBody =
  /** One object of the resource as the request's version sees it; only some of its fields where the query says so. */
  | { readonly one: Resource<z.ZodRawShape> }
  /** A list under that key, with `next` where the list has pages. */
  | { readonly list: Resource<z.ZodRawShape>; readonly key: string }
  /** Anything else, by its own schema, which may depend on the minor version. */
  | { readonly schema: z.ZodType | ((minor: number) => z.ZodType) }
  /** No content. */
  | null;

/** What the OpenAPI document says of a handler; parameters of the path are found by themselves. */
export interface Description {
  /** One line without a full stop: `List the ports`. No two handlers have the same. */
  readonly summary: string;
  /** More than the summary says, in Markdown. */
  readonly description?: string;
  /** Below its first version the path is not there, so the document of that version leaves it out. */
  readonly since?: Feature;
  /** Query parameters: the object that {@link parseArguments} checks them with. Newer ones are left out by their feature. */
  readonly query?: z.ZodObject;
  /** Body of the request. Properties that are features (`<gates>.<property>`) are left out below their version. */
  readonly body?: z.ZodType;
  /** Start of the names of the features of the body; the name of the answer's resource unless told otherwise. */
  readonly gates?: string;
  /** Body of the request is a JSON patch. */
  readonly jsonPatch?: boolean;
  /** Status of success; 200 unless told otherwise. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Media type of the answer; application/json unless told otherwise. */
  readonly mediaType?: string;
  readonly answer: AnswerBody;
}

/** Describes a handler for the OpenAPI document. Every handler has one. */
export function Described(description: Description): MethodDecorator {
  return SetMetadata(describedKey, description);
}

/**
 * Keeps a handler out of the OpenAPI document.
 * @param reason why: it only refuses, or it is a second path to what is described elsewhere
 */
export function Undescribed(reason: string): MethodDecorator {
  return SetMetadata(undescribedKey, reason);
}
