"""The sound accept kernel: what is surely valid is passed at the speed of machine code.

It says "surely valid" or nothing. Everything it is silent about is judged by the exact
closures, which find and word every error: with or without it the report is the same. See
docs/engine/kernel.md. Needs the extra `fast`; importing this package does not.
"""
