"""The correction of a file: what cannot be wrong is changed, what is doubtful is proposed."""

from services.validator.engine.repair.change import Change, RuleCount
from services.validator.engine.repair.correct import correct_stream
from services.validator.engine.repair.correction import Correction, RepairOptions
from services.validator.engine.repair.naming import former_names
from services.validator.engine.repair.wording import render_correction, sentence, summary

__all__ = [
    "Change",
    "Correction",
    "RepairOptions",
    "RuleCount",
    "correct_stream",
    "former_names",
    "render_correction",
    "sentence",
    "summary",
]
