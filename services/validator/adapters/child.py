"""The process that validates: `python -m services.validator.adapters.child LIMITS`.

It reads requests on standard input and answers on standard output, under limits that the
kernel keeps. It ends when its input does, so it never outlives the service. It imports the
engine and nothing else.
"""

import json
import os
import sys
from typing import BinaryIO

from services.validator.adapters.acceleration import preload
from services.validator.adapters.frames import encode, read
from services.validator.adapters.limits import EngineLimits, limit_cpu, limit_process
from services.validator.adapters.tasks import perform


def serve(requests: BinaryIO, answers: BinaryIO, cpu_seconds: int) -> None:
    """Answer until the input ends, or until memory ran out: what is left then is unsound."""
    while (request := read(requests)) is not None:
        limit_cpu(cpu_seconds)
        answer = perform(request)
        answers.write(encode(answer))
        answers.flush()
        if answer.get("failed") == "memory-limit":
            return


def main() -> None:
    """Keeps the answers' pipe to itself: whatever a library prints goes to stderr."""
    limits = EngineLimits(**json.loads(sys.argv[1]))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if limits.preload:
        preload()
    limit_process(limits)
    with answers:
        serve(sys.stdin.buffer, answers, limits.cpu_seconds)


if __name__ == "__main__":
    main()
