"""A catalogue and a validator that remember what they were told. `flaky`: every second
call is answered 503, after its effect as often as before it.
"""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.contracts.catalogue import BatchResult, DatasetBatch, DatasetUpsert, ResourceUpsert
from shared.contracts.validation import ResourceValidationBatch, ResourceValidationRequest


@dataclass
class _Fake:
    flaky: bool = False
    down: bool = False
    calls: int = 0
    url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.calls += 1
        fails = self.down or (self.flaky and self.calls % 2 == 1)
        # Of two failures one comes after the effect: the caller cannot know.
        without = (fails and (self.down or self.calls % 4 == 1)) or self.refused(body)
        answer = b"" if without else self.handle(body)
        if self.refused(body):
            answer = b'{"detail": "Titre refus\xc3\xa9.", "code": "invalid-input"}'
        status = 503 if fails else 422 if self.refused(body) else 200
        response = Response(answer, status, media_type="application/json")
        await response(scope, receive, send)

    def handle(self, body: bytes) -> bytes:
        raise NotImplementedError

    def refused(self, _body: bytes) -> bool:
        return False


@dataclass
class FakeCatalogue(_Fake):
    """Datasets by id; an older revision never overwrites a newer one. `refuses`: titles that
    are answered 422, with all that is told beside them.
    """

    refuses: set[str] = field(default_factory=set)
    datasets: dict[UUID, DatasetUpsert] = field(default_factory=dict)
    batches: int = 0

    def handle(self, body: bytes) -> bytes:
        batch = DatasetBatch.model_validate_json(body)
        self.batches += 1
        for dataset in batch.datasets:
            known = self.datasets.get(dataset.id)
            if known is None or known.revision <= dataset.revision:
                self.datasets[dataset.id] = dataset
        return BatchResult(updated=len(batch.datasets)).model_dump_json().encode()

    def refused(self, body: bytes) -> bool:
        told = DatasetBatch.model_validate_json(body).datasets if self.refuses else []
        return any(dataset.title in self.refuses for dataset in told)

    def titled(self, title: str) -> DatasetUpsert:
        [found] = [each for each in self.datasets.values() if each.title == title]
        return found

    def resource(self, title: str) -> ResourceUpsert:
        [found] = [
            each
            for dataset in self.datasets.values()
            for each in dataset.resources
            if each.title == title
        ]
        return found


@dataclass
class FakeValidator(_Fake):
    """Requests in order; the same request has the same job."""

    requests: list[ResourceValidationRequest] = field(default_factory=list)
    jobs: dict[str, UUID] = field(default_factory=dict)

    def handle(self, body: bytes) -> bytes:
        batch = ResourceValidationBatch.model_validate_json(body)
        for request in batch.requests:
            self.requests.append(request)
            self.jobs.setdefault(request.model_dump_json(exclude={"file_name"}), uuid4())
        return b"{}"
