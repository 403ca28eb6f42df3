"""arq, used for one thing only: to bring the id of a row to a worker with a free hand.

Nothing in Redis is the truth. arq retries nothing, keeps no result and knows no payload, so
that a Redis which loses everything costs a moment and never a job.
"""

import json
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from arq.connections import ArqRedis
from arq.worker import Worker as ArqWorker
from arq.worker import func as arq_function
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

#: What a lost Redis looks like. OSError: arq's own retry list forgets it, and its worker exits.
REDIS_LOST = (RedisError, OSError)

_FUNCTION = "deliver"
_SOCKET_SECONDS = 5.0


def _dumps(message: dict[str, Any]) -> bytes:
    # repr: arq also serialises exceptions, and must not fail on one.
    return json.dumps(message, default=repr).encode()


def _job_id(job_id: UUID) -> str:
    return f"job-{job_id}"


class Transport:
    """The ids of one queue. Methods raise one of `REDIS_LOST` when Redis is away."""

    def __init__(self, *, redis_url: str, queue_name: str) -> None:
        self._redis_url = redis_url
        self._queue_name = queue_name
        self._redis = self._connect()

    def _connect(self) -> ArqRedis:
        pool = ConnectionPool.from_url(
            self._redis_url,
            encoding="utf8",
            socket_connect_timeout=_SOCKET_SECONDS,
            socket_timeout=_SOCKET_SECONDS,
            retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 4),
            retry_on_error=[RedisConnectionError, RedisTimeoutError, OSError],
        )
        return ArqRedis(
            pool_or_conn=pool,
            job_serializer=_dumps,
            job_deserializer=json.loads,
            default_queue_name=self._queue_name,
        )

    async def send(self, job_id: UUID) -> bool:
        """Put one id in the queue; False when Redis still knows it from before."""
        name = _job_id(job_id)
        if await self._redis.enqueue_job(_FUNCTION, str(job_id), _job_id=name) is not None:
            return True
        # arq looks at the message only; should the queue have lost its id, nobody would come.
        await self._redis.zadd(self._queue_name, {name: int(time.time() * 1000)}, nx=True)
        return False

    async def has_forgotten(self) -> bool:
        """True once after Redis lost its data (or is new): a mark that we left is gone."""
        return bool(await self._redis.set(f"{self._queue_name}:remembers", "1", nx=True))

    async def queued(self) -> int:
        """Ids that Redis holds."""
        return int(await self._redis.zcard(self._queue_name))

    def consumer(
        self,
        deliver: Callable[[UUID], Awaitable[None]],
        *,
        concurrency: int,
        patience: timedelta,
        poll: timedelta,
    ) -> ArqWorker:
        """An arq worker, to be built inside the running loop, that calls `deliver` per id.

        `patience` bounds one delivery. The caller lowers `max_jobs` while its hands are full.
        """

        async def receive(ctx: dict[Any, Any], *args: Any, **_kwargs: Any) -> None:  # noqa: ARG001
            await deliver(UUID(args[0]))

        worker = ArqWorker(
            functions=[arq_function(receive, name=_FUNCTION)],
            redis_pool=self._connect(),
            queue_name=self._queue_name,
            handle_signals=False,
            retry_jobs=False,
            keep_result=0,
            log_results=False,
            max_jobs=concurrency,
            # PostgreSQL counts the attempts; arq must never drop an id.
            max_tries=1_000_000,
            job_timeout=patience.total_seconds(),
            poll_delay=poll.total_seconds(),
            job_serializer=_dumps,
            job_deserializer=json.loads,
        )
        # How long an id stays locked when its worker is killed while it receives it.
        worker.in_progress_timeout_s = patience.total_seconds() + 1
        return worker

    async def close(self) -> None:
        """Close the connections by which ids are sent."""
        await self._redis.aclose(close_connection_pool=True)
