import {
  Injectable,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { isRuleName, needsObject } from '#domain/access-rules.js';
import { Access, denied } from './access.js';
import { policyKey } from './policy.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the caller may; set by the guard, so in every handler. */
    access: Access;
  }
}

/** Asks the rule that a handler is marked with. Whatever has no mark, or an unknown one, is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const mark: unknown = Reflect.getMetadata(policyKey, context.getHandler());
    if (mark === 'public') {
      request.access = Access.open(request.caller);
      return true;
    }
    if (typeof mark !== 'string' || !isRuleName(mark)) {
      throw new Error(
        `The handler ${context.getClass().name}.${context.getHandler().name} names no rule of the policy.`,
      );
    }
    request.access = new Access(request.caller, mark);
    if (!needsObject(mark)) request.access.demand(mark);
    return true;
  }
}

/**
 * Asks the rule of a handler that was to ask it about an object and did not. Without an object only those pass who may
 * whatever the object is, as on `/v1/volume`; for everybody else the answer is held back.
 */
@Injectable()
export class SettledAccess implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      map((answer: unknown) => {
        const { access } = request;
        if (access.settled || access.rule === null || access.may(access.rule)) return answer;
        request.log.warn({ rule: access.rule }, 'a handler has answered without asking its rule about an object');
        throw denied(access.rule);
      }),
    );
  }
}
