import { product } from '@joinery/base';
import { FrontPage, LinkButton } from '@joinery/ui';
import { messages } from '../messages.ts';

const m = messages.notFound;

export function NotFound() {
  return (
    <FrontPage name={`${product.name} ${messages.app}`} title={m.title} description={m.text}>
      <LinkButton href="/enterprise-applications">{m.home}</LinkButton>
    </FrontPage>
  );
}
