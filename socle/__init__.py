"""The command line and the embedded platform: the only code that knows the three services."""

from importlib.metadata import version

__version__ = version("socle")
