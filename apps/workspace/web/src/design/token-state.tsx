import { StatusBadge, type Tone } from '@joinery/ui';
import type { Token } from '@joinery/workspace/contract';
import { tokenMessages } from '../messages/tokens.ts';

const tones: Readonly<Record<Token['state'], Tone>> = {
  active: 'success',
  ending: 'warning',
  expired: 'danger',
  revoked: 'subtle',
  'wrong-audience': 'danger',
};

export function TokenState({ state }: { state: Token['state'] }) {
  return <StatusBadge tone={tones[state]}>{tokenMessages.states[state]}</StatusBadge>;
}
