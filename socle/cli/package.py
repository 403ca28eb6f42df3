"""A data package on disk, for `socle validate datapackage.json`."""

from pathlib import Path

from services.validator.adapters.bundle import Bundle, read_descriptor, wanted_files


def bundled(descriptor: Path, folder: Path) -> Path:
    """The package in one archive in `folder`.

    A file that is not there is left out, and its absence is an error of the report; one at an
    address too. Raises `InvalidInputError` for what describes no package.
    """
    content = read_descriptor(descriptor.read_bytes())
    archive = folder / "package.zip"
    with Bundle(archive, content) as bundle:
        for path in wanted_files(content):
            source = descriptor.parent / path
            if source.is_file() and source.resolve().is_relative_to(descriptor.parent.resolve()):
                with source.open("rb") as stream:
                    bundle.add(path, stream)
    return archive
