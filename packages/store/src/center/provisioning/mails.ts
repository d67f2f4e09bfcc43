import type { MailDraft } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { now, type StoreContext } from './context.ts';

/** Hands a mail over in the transaction that causes it; the sender is woken by the notification. */
export async function insertMail(context: StoreContext, session: Session, mail: MailDraft): Promise<void> {
  await session.query({
    text: `with made as (
        insert into mail (id, to_addresses, subject, body, created_at) values ($1, $2, $3, $4, $5) returning id)
      select pg_notify('mail_added', id::text) from made`,
    values: [context.newId(), mail.to, mail.subject, mail.body, now(context)],
  });
}
