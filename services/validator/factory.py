"""Builds the operations over the resources of a process: the one place of wiring."""

from services.validator.engine.version import ENGINE_VERSION
from services.validator.operations.check_file import FileChecker
from services.validator.operations.choose_schema import SchemaChooser
from services.validator.resources import Resources
from services.validator.schemas.register import SchemaRegister
from services.validator.settings import ValidatorSettings
from shared.clients.catalogue import CatalogueClient
from shared.db import Database
from shared.fetch import Fetcher
from shared.store import ContentStore


class Factory:
    """One per process; routes and job handlers take from it what they need."""

    engine_version = ENGINE_VERSION

    def __init__(self, *, resources: Resources, settings: ValidatorSettings) -> None:
        self.database: Database = resources.database
        self.store: ContentStore = resources.store
        self.fetcher: Fetcher = resources.fetcher
        self.register: SchemaRegister = resources.register
        self.catalogue: CatalogueClient = resources.catalogue
        self.public_url = settings.public_url
        self.max_file_bytes = settings.max_file_bytes
        self.direct_max_bytes = settings.direct_max_bytes
        self.chooser = SchemaChooser(register=resources.register, fetcher=resources.fetcher)
        self.checker = FileChecker(
            database=resources.database,
            store=resources.store,
            register=resources.register,
            chooser=self.chooser,
            engine=resources.engine,
            max_errors=settings.max_errors,
        )
