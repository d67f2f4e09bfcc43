import { Details } from '@joinery/ui';
import type { ReactNode } from 'react';
import { rulesMessages } from '../messages/administration.ts';
import { paths } from '../paths.ts';

const text = rulesMessages;

/** What both tabs of the rules stand under. */
export function RulesFrame({ children }: { children: ReactNode }) {
  return (
    <Details
      title={text.title}
      description={text.lead}
      tabs={[
        { label: text.tab, href: paths.rules },
        { label: text.readingTab, href: paths.reading },
      ]}
    >
      {children}
    </Details>
  );
}
