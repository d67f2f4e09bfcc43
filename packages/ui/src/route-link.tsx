import { Button, Link, type ButtonProps, type LinkProps } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

/** Follows an address of this console without loading the page anew; the browser's own ways (new tab) stay. */
export function useFollow(): (href: string) => (event: MouseEvent) => void {
  const { history } = useRouter();
  return (href) => (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.push(href);
  };
}

/** A link to an address of this console. */
export function RouteLink({
  href,
  children,
  ...rest
}: { href: string; children: ReactNode } & Omit<LinkProps, 'href' | 'as' | 'onClick'>) {
  const follow = useFollow();
  return (
    <Link {...(rest as object)} href={href} onClick={follow(href)}>
      {children}
    </Link>
  );
}

/** A link that looks like a button. */
export function LinkButton({
  href,
  children,
  ...rest
}: { href: string; children: ReactNode } & Pick<ButtonProps, 'appearance' | 'icon' | 'size'>) {
  const follow = useFollow();
  return (
    <Button as="a" href={href} onClick={follow(href)} {...rest}>
      {children}
    </Button>
  );
}
