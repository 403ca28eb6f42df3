"""The kinds of job: from a payload to an operation, and what follows when it is dead."""
