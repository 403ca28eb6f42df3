"""Durable jobs: a row in PostgreSQL is the truth, arq only carries its id.

To want work done, in the transaction of the change that wants it::

    jobs = jobs_table(metadata("harvester"))                   # shared.jobs.tables
    await JobStore(session, jobs).enqueue(kind="run-source", payload={…}, organization_id=…)

To do it, in a worker process::

    async def run_source(job: Job, lease: Lease) -> None:      # shared.jobs.models, .lease
        await lease.progress(found=12)                          # seen by readers at once
        async with lease.begin() as session: …                  # checkpoint, fenced
        async with lease.complete() as session: …               # effects and `done` together

    worker = Worker(database=…, redis_url=…, table=jobs, queue_name="socle:harvester",
                    kinds=[JobKind(name="run-source", handler=run_source)])   # shared.jobs.worker
    await serve(worker)                                         # shared.jobs.process: until SIGTERM

A handler that raises `Transient` or anything unexpected is retried with back-off, then dead;
one that raises `ClientError` is dead at once. A worker killed at any point costs one attempt
and one lease. Handlers must be repeatable up to their last transaction.

Reading order: states, tables, store (for callers); ledger, lease, worker (for workers);
dispatching, dispatcher, transport (between the two).
"""
