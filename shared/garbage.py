"""When Python looks for reference cycles: rarely, and not among what stays."""

import gc

_NEW_OBJECTS = 50_000
_YOUNG_PASSES = 10


def spare_what_stays() -> None:
    """Call when a service is ready. A batch of messages is a hundred thousand objects that all go
    when it is stored, without a cycle among them: by Python's own measure each batch has the whole
    heap searched, a fifth of the time that it takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_PASSES, _YOUNG_PASSES)
