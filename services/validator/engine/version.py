"""The version that a cached verdict is bound to."""

ENGINE_VERSION = "1.1.0"
"""Raised with every change that can alter a verdict or a finding."""
