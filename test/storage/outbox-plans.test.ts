import { describe, expect, it } from 'vitest';
import type { Database, Queries, Row } from '../../src/storage/database.ts';
import { claimNext, type Holder, message, type OutboxHarness, other, timing } from '../contract/outbox-harness.ts';
import { createPostgresHarness, createSqliteHarness, type Watch } from './outbox-harnesses.ts';

describe('statements of the outbox', () => {
  it('find their rows by an index on SQLite', async () => {
    const plans = await plansOn(createSqliteHarness, async (transaction, statement) =>
      lines(await transaction.query(`EXPLAIN QUERY PLAN ${statement}`), 'detail'),
    );
    expect(plans.filter(({ plan }) => /^SCAN (?:outbox|o)$/m.test(plan))).toEqual([]);
    expect(planOf(plans, 'payload IS NOT NULL AND ended_at')).toContain('outbox_text');
  });

  it('find their rows by an index on PostgreSQL', async () => {
    const plans = await plansOn(createPostgresHarness, async (transaction, statement) => {
      await transaction.query('SET LOCAL enable_seqscan = off');
      return lines(await transaction.query(`EXPLAIN (GENERIC_PLAN) ${statement}`), 'QUERY PLAN');
    });
    expect(plans.filter(({ plan }) => /Seq Scan on outbox/.test(plan))).toEqual([]);
    // Each by its id, however many others are being sent.
    expect(planOf(plans, 'WITH gone(')).toContain('outbox_id_key');
    expect(planOf(plans, 'WITH told AS')).toContain('outbox_id_key');
    expect(planOf(plans, 'payload IS NOT NULL AND ended_at')).toContain('Index');
  });

  it('read nothing of a backlog where PostgreSQL took its statistics while nothing was open', async () => {
    const statements = new Set<string>();
    const harness = await createPostgresHarness((database) => recording(database, statements));
    const { outbox } = harness.holder('one');
    await useEverything({ ...harness.holder('two'), outbox }, harness);
    const rows = `INSERT INTO outbox (id, version, lane, tenant, slack_user, portal, bitrix_user, task, state, turn, parts,
        identity_id, not_before, accepted_at, deadline_at, ended_at)
      SELECT 'filled ' || n, 1, 'lane ' || n % 500, 'T1', 'U' || n % 50, 'https://acme.bitrix24.com', '7', n, 'delivered',
        n, 1, 'identity-1', n, n, n, n FROM generate_series(1, 5000) AS n`;
    await harness.database.query(rows);
    await harness.database.query("UPDATE outbox SET state = 'delivered', ended_at = 1 WHERE ended_at IS NULL");
    await harness.database.query('ANALYZE outbox');
    const plan = async (start: string) => {
      const statement = [...statements].find((each) => each.startsWith(start)) ?? '';
      return harness.database.transaction(async (transaction) =>
        lines(await transaction.query(`EXPLAIN (GENERIC_PLAN) ${statement}`), 'QUERY PLAN'),
      );
    };
    const lookUp = await plan('WITH item(n, id');
    expect(lookUp).toContain('outbox_lane');
    expect(lookUp).toContain('outbox_sender_open');
    expect(lookUp).not.toContain('outbox_deadline');
    expect(await plan('WITH ended(')).not.toMatch(/outbox_deadline|outbox_sender_open/);
    expect(await plan('WITH gone(')).toContain('outbox_id_key');
    expect(await plan('WITH told AS')).toContain('outbox_id_key');
    expect(await plan('SELECT seq, tenant, slack_user FROM outbox WHERE ended_at')).toContain('outbox_deadline');
    expect(await plan('SELECT count(CASE')).toContain('outbox_deadline');
    await harness.close();
  });
});

type Explain = (transaction: Queries, statement: string) => Promise<string>;
type Plan = { readonly statement: string; readonly plan: string };

/** The plans of everything that the outbox asks of its database in its daily work. */
async function plansOn(
  createHarness: (watch: Watch) => Promise<OutboxHarness>,
  explain: Explain,
): Promise<readonly Plan[]> {
  const statements = new Set<string>();
  const harness = await createHarness((database) => recording(database, statements));
  try {
    await useEverything(harness.holder('one'), harness);
    const plans: Plan[] = [];
    for (const statement of statements) {
      if (statement.includes('pg_advisory')) {
        continue;
      }
      const plan = await harness.database.transaction((transaction) => explain(transaction, statement));
      plans.push({ statement, plan });
    }
    expect(plans.length).toBeGreaterThan(30);
    return plans;
  } finally {
    await harness.close();
  }
}

function lines(rows: readonly Row[], column: string): string {
  return rows.map((row) => String(row[column])).join('\n');
}

function planOf(plans: readonly Plan[], part: string): string {
  return plans.find(({ statement }) => statement.includes(part))?.plan ?? '';
}

function recording(database: Database, statements: Set<string>): Database {
  const wrap = <T extends Queries>(queries: T): T => ({
    ...queries,
    query: (text: string, values) => {
      statements.add(text);
      return queries.query(text, values);
    },
  });
  return {
    ...wrap(database),
    transaction: (work) =>
      database.transaction((transaction) =>
        work({
          ...wrap(transaction),
          execute(text, values) {
            statements.add(text);
            transaction.execute(text, values);
          },
        }),
      ),
  };
}

async function useEverything({ outbox, pacer, sweep }: Holder, harness: OutboxHarness): Promise<void> {
  const person = { tenant: 'T1', user: 'U1' };
  const { account } = message();
  for (const task of [1, 1, 2, 3]) {
    await outbox.accept(message({ task, text: `to ${task}` }), 1_000);
  }
  await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, { honoursKey: true });
  await outbox.settle(await claimNext(outbox), { kind: 'park', failure: { kind: 'plan' } }, { bucketFull: true });
  await outbox.earlierPortals(person, { ...account, portal: other });
  await outbox.move(person, account.portal, { ...account, portal: other });
  await outbox.relink(person, account);
  await outbox.renewLeases();
  await harness.advance(timing.deadlineMs);
  for (const report of await outbox.claimReports(10)) {
    await outbox.settleReport(report, { made: true });
  }
  await outbox.recoverLeases(() => ({ kind: 'end', outcome: { kind: 'unknown' } }));
  await outbox.expire(() => ({ kind: 'end', outcome: { kind: 'expired' } }));
  await outbox.cancel(person, 'none');
  await outbox.cancelAll(person, 'unlink');
  await outbox.listOpen(person);
  await outbox.count();
  await outbox.listParked();
  await outbox.listEnded(person, 10);
  await outbox.contentOf(person, 'none');
  await pacer.draw(account.portal);
  await sweep();
  await outbox.forget(person);
}
