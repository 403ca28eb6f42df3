"""Stateful fakes of portals, which can be flaky, slow and lying."""
