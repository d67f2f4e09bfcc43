import { EmptyState, LinkButton, Page } from '@joinery/ui';

/** A page whose object, or which itself, does not exist; says so and leads on. */
export function Absent({ title, hint, href, label }: { title: string; hint: string; href: string; label: string }) {
  return (
    <Page title={title}>
      <EmptyState title={hint} action={<LinkButton href={href}>{label}</LinkButton>} />
    </Page>
  );
}
