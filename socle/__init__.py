"""The command line and the embedded platform: the only code that knows the three services."""
