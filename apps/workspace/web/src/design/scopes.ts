import type { Token } from '@joinery/workspace/contract';
import { tokenMessages } from '../messages/tokens.ts';

export function scopesText(scopes: Token['scopes']): string {
  return scopes.map((scope) => tokenMessages.scopesText[scope]).join(', ');
}
