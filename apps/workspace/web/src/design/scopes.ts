import type { Token } from '@joinery/workspace/contract';
import { messages } from '../messages/messages.ts';

export function scopesText(scopes: Token['scopes']): string {
  return scopes.map((scope) => messages.tokens.scopesText[scope]).join(', ');
}
