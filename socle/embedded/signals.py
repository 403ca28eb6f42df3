"""Ctrl-C, SIGTERM, a closed terminal: the first stops in good order, the second at once."""

import asyncio
import signal
from types import TracebackType
from typing import Self


class StopSignals:
    """Async context whose body is cancelled by the first signal; the cancellation ends here.

    Everything opened inside, even half opened, is closed on the way out as after any
    cancellation. The second signal sets `hurry`, which `Supervisor` watches. `received`
    tells after the block whether a signal ended it.
    """

    def __init__(self) -> None:
        self.hurry = asyncio.Event()
        self.received: signal.Signals | None = None
        self._task: asyncio.Task[object] | None = None
        self._numbers = [signal.SIGINT, signal.SIGTERM]

    async def __aenter__(self) -> Self:
        self._task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
            self._numbers.append(signal.SIGHUP)
        for number in self._numbers:
            loop.add_signal_handler(number, self._on_signal, number)
        return self

    def _on_signal(self, number: signal.Signals) -> None:
        if self.received is not None:
            self.hurry.set()
            return
        self.received = number
        if self._task is not None:
            self._task.cancel()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        loop = asyncio.get_running_loop()
        for number in self._numbers:
            loop.remove_signal_handler(number)
        if self.received is None or self._task is None:
            return False
        self._task.uncancel()
        return kind is asyncio.CancelledError
