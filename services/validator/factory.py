"""Builds the operations over the resources of a process: the one place of wiring."""

import asyncio

from services.validator.adapters.run import EngineRunner
from services.validator.engine.version import ENGINE_VERSION
from services.validator.operations.build_table import TableBuilder
from services.validator.operations.check_file import FileChecker
from services.validator.operations.choose_schema import SchemaChooser
from services.validator.operations.correct_report import ReportCorrector
from services.validator.operations.read_excerpt import ExcerptReader
from services.validator.resources import Resources
from services.validator.schemas.register import SchemaRegister
from services.validator.settings import ValidatorSettings
from shared.clients.catalogue import CatalogueClient
from shared.db import Database
from shared.fetch import AllowedHosts, Fetcher
from shared.http.sharing import FairShare
from shared.store import ContentStore

_WAITING_PER_CHECK = 16


class Factory:
    """One per process; routes and job handlers take from it what they need."""

    engine_version = ENGINE_VERSION

    def __init__(self, *, resources: Resources, settings: ValidatorSettings) -> None:
        self.database: Database = resources.database
        self.engine: EngineRunner = resources.engine
        self.store: ContentStore = resources.store
        self.fetcher: Fetcher = resources.fetcher
        self.register: SchemaRegister = resources.register
        self.catalogue: CatalogueClient = resources.catalogue
        self.public_url = settings.public_url
        self.allowed_hosts = AllowedHosts.parse(settings.allowed_hosts)
        self.max_file_bytes = settings.max_file_bytes
        self.share = FairShare(
            open_calls=settings.open_checks_per_minute,
            keyed_calls=settings.keyed_checks_per_minute,
        )
        self.direct_max_bytes = settings.direct_max_bytes
        # Beyond this many callers who wait, a file becomes a job however small it is.
        self.waiting_room = asyncio.Semaphore(_WAITING_PER_CHECK * settings.direct_checks)
        self.chooser = SchemaChooser(register=resources.register, fetcher=resources.fetcher)
        self.corrector = ReportCorrector(
            database=resources.database,
            store=resources.store,
            register=resources.register,
            chooser=self.chooser,
            at_once=settings.direct_checks,
        )
        self.tables = TableBuilder(
            database=resources.database,
            store=resources.store,
            register=resources.register,
            chooser=self.chooser,
            max_rows=settings.table_max_rows,
        )
        self.excerpts = ExcerptReader(
            database=resources.database,
            store=resources.store,
            register=resources.register,
            engine=resources.engine,
        )
        self.checker = FileChecker(
            database=resources.database,
            store=resources.store,
            register=resources.register,
            chooser=self.chooser,
            engine=resources.engine,
            max_errors=settings.max_errors,
        )
