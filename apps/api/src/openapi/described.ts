import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { Feature } from '#domain/features.js';
import type { Resource } from '../resource/resource.js';

/** Key under which a handler's description is kept. */
export const describedKey = 'temper:described';

/** What the OpenAPI document says of a handler's answer. */
export type AnswerBody =
  /** One object of the resource as the request's version sees it. */
  | { readonly one: Resource<z.ZodRawShape> }
  /** A list under that key, with `next` where the list has pages. */
  | { readonly list: Resource<z.ZodRawShape>; readonly key: string }
  /** Anything else, by its own schema. */
  | { readonly schema: z.ZodType }
  /** No content. */
  | null;

/** What the OpenAPI document says of a handler; parameters of the path are found by themselves. */
export interface Description {
  /** One line without a full stop: `List the ports`. */
  readonly summary: string;
  /** Below its first version the path is not there, so the document of that version leaves it out. */
  readonly since?: Feature;
  /** Query parameters: the object that {@link parseArguments} checks them with. */
  readonly query?: z.ZodObject;
  /** Body of the request. */
  readonly body?: z.ZodType;
  /** Body of the request is a JSON patch. */
  readonly jsonPatch?: boolean;
  /** Status of success; 200 unless told otherwise. */
  readonly status?: 200 | 201 | 202 | 204;
  readonly answer: AnswerBody;
}

/** Describes a handler for the OpenAPI document. Every handler has one. */
export function Described(description: Description): MethodDecorator {
  return SetMetadata(describedKey, description);
}
