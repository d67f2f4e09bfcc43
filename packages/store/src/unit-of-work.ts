import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Session } from './database.ts';
import { sqlState } from './errors.ts';

/** Runs work whose every statement, in whatever store, is part of one transaction. */
export type UnitOfWork = <T>(work: () => Promise<T>) => Promise<T>;

interface OpenUnit {
  readonly session: Session;
  isOpen: boolean;
  /** Transactions inside the unit run one after the other, each under a savepoint of its own. */
  last: Promise<unknown>;
}

const deadlockTriesMax = 5;

/**
 * A database whose stores can be made to work together: what runs inside a unit shares its transaction, what runs outside
 * is as ever. A unit that a deadlock has ended is run again, so it must leave no trace but in the database. A unit inside a
 * unit is part of it.
 */
export function withUnits(database: Database): { readonly database: Database; readonly unit: UnitOfWork } {
  const units = new AsyncLocalStorage<OpenUnit>();
  const current = (): OpenUnit | undefined => {
    const unit = units.getStore();
    // Work that outlives its unit goes its own way.
    return unit?.isOpen === true ? unit : undefined;
  };

  async function once<T>(work: () => Promise<T>): Promise<T> {
    return database.transaction(async (session) => {
      const unit: OpenUnit = { session, isOpen: true, last: Promise.resolve() };
      try {
        return await units.run(unit, work);
      } finally {
        unit.isOpen = false;
      }
    });
  }

  return {
    database: {
      ...database,
      query: (statement) => (current()?.session ?? database).query(statement),
      transaction(work) {
        const unit = current();
        if (unit === undefined) return database.transaction(work);
        const next = unit.last.then(() => underSavepoint(unit.session, work));
        unit.last = next.catch(() => {});
        return next;
      },
    },
    async unit(work) {
      if (current() !== undefined) return work();
      for (let tries = 1; ; tries += 1) {
        try {
          return await once(work);
        } catch (error) {
          if (tries === deadlockTriesMax || sqlState(error) !== '40P01') throw error;
        }
      }
    },
  };
}

async function underSavepoint<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  await session.query({ text: 'savepoint inner_work' });
  try {
    const result = await work(session);
    await session.query({ text: 'release savepoint inner_work' });
    return result;
  } catch (error) {
    await session.query({ text: 'rollback to savepoint inner_work' });
    throw error;
  }
}
