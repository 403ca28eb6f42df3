"""The version that a cached verdict is bound to."""

ENGINE_VERSION = "1.0.0"
"""Raised with every change that can alter a verdict or a finding."""
