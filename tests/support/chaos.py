"""Everything is killed while jobs run; then it is counted what became of them.

Workers, Valkey (without persistence) and PostgreSQL are killed by SIGKILL, workers frozen
beyond their lease, Valkey emptied. One tenant has nine jobs out of ten, and a poison job
kills each process that touches it. At the end every effect must be there exactly once.
"""

import argparse
import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from shared.jobs.states import JobState
from tests.support.chaos_worker import SETTINGS
from tests.support.jobs import Bench
from tests.support.services import (
    PostgresServer,
    ValkeyTestServer,
    postgres_running,
    server_folder,
    valkey_running,
)

ROOT = Path(__file__).parents[2]
SMALL_TENANTS = 6
POISON_ATTEMPTS = 3
# Kills must not exhaust a healthy job: each costs an attempt.
HEALTHY_ATTEMPTS = 100


@dataclass(frozen=True)
class Plan:
    """`pause`: seconds between two blows, at least and at most."""

    seed: int
    jobs: int
    workers: int = 3
    pause: tuple[float, float] = (0.2, 0.8)
    limit_seconds: float = 600


@dataclass(frozen=True)
class Outcome:
    """What was found at the end; `ranks` are medians of the order of completion."""

    seed: int
    jobs: int
    effects: int
    distinct_effects: int
    states: dict[str, int]
    poison_attempts: int
    kills: dict[str, int]
    seconds: float
    ranks: dict[str, float]

    def faults(self) -> list[str]:
        """Empty when every job was done exactly once and nobody was starved."""
        wanted = {JobState.DONE.value: self.jobs, JobState.DEAD.value: 1}
        checks = {
            f"states are {self.states}, not {wanted}": self.states == wanted,
            f"{self.effects} effects of {self.jobs} jobs": self.effects == self.jobs,
            f"{self.distinct_effects} distinct effects": self.distinct_effects == self.jobs,
            f"poison ran {self.poison_attempts} times": self.poison_attempts == POISON_ATTEMPTS,
            f"unfair ranks {self.ranks}": self.ranks["small"] < self.ranks["big"] / 2,
        }
        return [fault for fault, fine in checks.items() if not fine]

    def __str__(self) -> str:
        kills = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items()))
        return (
            f"seed {self.seed}: effects {self.effects}, distinct effects {self.distinct_effects} "
            f"of {self.jobs} jobs; kills: {kills}; {self.seconds:.0f} s; poison dead after "
            f"{self.poison_attempts}; fairness ranks: small tenants {self.ranks['small']:.0f}, "
            f"big tenant {self.ranks['big']:.0f}"
        )


@dataclass
class Fleet:
    """Worker processes, replaced when they die."""

    environment: dict[str, str]
    log: Path
    chance: random.Random
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    deaths: int = 0

    def start_one(self) -> None:
        with self.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "tests.support.chaos_worker",
                        str(self.chance.randrange(2**32)),
                    ],
                    cwd=ROOT,
                    env={**os.environ, **self.environment},
                    stdout=log,
                    stderr=log,
                )
            )

    def revive(self) -> None:
        living = [process for process in self.processes if process.poll() is None]
        dead = len(self.processes) - len(living)
        self.deaths += dead
        self.processes = living
        for _ in range(dead):
            self.start_one()

    def signal_one(self, number: signal.Signals) -> "subprocess.Popen[bytes]":
        victim = self.chance.choice(self.processes)
        victim.send_signal(number)
        return victim

    def stop(self) -> list[int]:
        """Exit codes after a SIGTERM; raises `TimeoutExpired` for one that hangs."""
        for process in self.processes:
            process.terminate()
        try:
            return [process.wait(timeout=15) for process in self.processes]
        finally:
            for process in self.processes:
                process.kill()


class Nemesis:
    """One blow at a time, chosen by the seed."""

    def __init__(
        self,
        fleet: Fleet,
        postgres: PostgresServer,
        valkey: ValkeyTestServer,
        chance: random.Random,
    ) -> None:
        self._fleet = fleet
        self._postgres = postgres
        self._valkey = valkey
        self._chance = chance
        self._blows = {
            "worker_kill": (50, self._kill_worker),
            "worker_freeze": (10, self._freeze_worker),
            "worker_stop": (8, self._stop_worker),
            "valkey_kill": (14, self._kill_valkey),
            "flush": (10, self._flush),
            "pg_kill": (8, self._kill_postgres),
        }
        self.kills: Counter[str] = Counter()

    async def strike(self, blow: str | None = None) -> None:
        if blow is None:
            weights = [weight for weight, _ in self._blows.values()]
            blow = self._chance.choices(list(self._blows), weights)[0]
        self.kills[blow] += 1
        await self._blows[blow][1]()

    async def _kill_worker(self) -> None:
        self._fleet.signal_one(signal.SIGKILL).wait()

    async def _stop_worker(self) -> None:
        self._fleet.signal_one(signal.SIGTERM)

    async def _freeze_worker(self) -> None:
        victim = self._fleet.signal_one(signal.SIGSTOP)
        await asyncio.sleep(SETTINGS.lease.total_seconds() * self._chance.uniform(0.5, 2))
        victim.send_signal(signal.SIGCONT)

    async def _kill_valkey(self) -> None:
        await asyncio.to_thread(self._valkey.restart, pause=self._chance.uniform(0, 1))

    async def _flush(self) -> None:
        redis = Redis.from_url(self._valkey.url)
        with suppress(RedisError, OSError):
            await redis.flushall()
        await redis.aclose()

    async def _kill_postgres(self) -> None:
        await asyncio.to_thread(self._postgres.restart, pause=self._chance.uniform(0, 1))


async def run(plan: Plan) -> Outcome:
    """One seed, on servers of its own. Raises `TimeoutError` when it does not end."""
    with (
        postgres_running() as postgres,
        valkey_running() as valkey,
        server_folder() as (folder, _),
    ):
        url = await asyncio.to_thread(postgres.new_database, "chaos_test")
        bench = await Bench.create(url, valkey.url, SETTINGS)
        chance = random.Random(plan.seed)
        big, small, poison = await _enqueue(bench, plan)
        fleet = Fleet(
            {"DATABASE_URL": url, "REDIS_URL": valkey.url, "SCHEMA": bench.jobs.schema or ""},
            folder / "workers.log",
            chance,
        )
        nemesis = Nemesis(fleet, postgres, valkey, chance)
        began = time.monotonic()
        try:
            for _ in range(plan.workers):
                fleet.start_one()
            await _struggle(bench, plan, fleet, nemesis)
            seconds = time.monotonic() - began
        except TimeoutError:
            sys.stderr.write(fleet.log.read_text(errors="replace")[-20_000:])
            raise
        finally:
            codes = fleet.stop()
        nemesis.kills["worker_death"] = fleet.deaths
        outcome = await _count(bench, plan, big, small, poison, dict(nemesis.kills), seconds)
        await bench.close()
        # A worker born a moment ago has not yet said what SIGTERM means to it.
        assert set(codes) <= {0, -signal.SIGTERM}, f"workers ended with {codes}"
        return outcome


async def _enqueue(bench: Bench, plan: Plan) -> tuple[UUID, list[UUID], UUID]:
    """The big tenant's jobs first: without fairness the small ones would come last."""
    big = uuid4()
    small = [uuid4() for _ in range(SMALL_TENANTS)]
    each = max(5, plan.jobs // 10 // SMALL_TENANTS)
    async with bench.store() as store:
        for town, count in [
            (big, plan.jobs - each * SMALL_TENANTS),
            *((town, each) for town in small),
        ]:
            for _ in range(count):
                await store.enqueue(
                    kind="work", payload={}, organization_id=town, max_attempts=HEALTHY_ATTEMPTS
                )
        poison = await store.enqueue(
            kind="poison", payload={}, organization_id=uuid4(), max_attempts=POISON_ATTEMPTS
        )
    return big, small, poison


async def _struggle(bench: Bench, plan: Plan, fleet: Fleet, nemesis: Nemesis) -> None:
    """Strike until nothing is left to do."""
    chance = random.Random(plan.seed + 1)
    async with asyncio.timeout(plan.limit_seconds):
        await asyncio.sleep(1)
        while await _remaining(bench):
            await nemesis.strike()
            await asyncio.sleep(chance.uniform(*plan.pause))
            fleet.revive()


async def _remaining(bench: Bench) -> int:
    while True:
        try:
            async with bench.store() as store:
                counts = (await store.counts()).by_state
            return counts[JobState.QUEUED] + counts[JobState.RUNNING]
        except (OSError, SQLAlchemyError):
            await asyncio.sleep(0.1)


async def _count(
    bench: Bench,
    plan: Plan,
    big: UUID,
    small: Sequence[UUID],
    poison: UUID,
    kills: dict[str, int],
    seconds: float,
) -> Outcome:
    effects = bench.effects
    async with bench.database.begin() as session:
        order: list[Any] = list(
            await session.scalars(select(effects.c.organization_id).order_by(effects.c.n))
        )
        distinct = await session.scalar(select(func.count(effects.c.job_id.distinct())))
    async with bench.store() as store:
        states = (await store.counts()).by_state
        attempts = (await store.get(poison)).attempt
    ranks = {
        "big": statistics.median(rank for rank, town in enumerate(order, 1) if town == big),
        "small": statistics.median(rank for rank, town in enumerate(order, 1) if town in small),
    }
    return Outcome(
        seed=plan.seed,
        jobs=plan.jobs,
        effects=len(order),
        distinct_effects=distinct or 0,
        states={state.value: count for state, count in states.items() if count},
        poison_attempts=attempts,
        kills=kills,
        seconds=seconds,
        ranks=ranks,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: the outcome of each seed, exit 1 if one has a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--jobs", type=int, default=600)
    options = parser.parse_args(arguments)
    faulty = 0
    for seed in options.seeds:
        outcome = asyncio.run(run(Plan(seed=seed, jobs=options.jobs)))
        lines = [str(outcome), *(f"  FAULT: {fault}" for fault in outcome.faults())]
        faulty |= len(lines) > 1
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
    return faulty
