"""What is foreign to the harvester: files of portals on their way into the store."""
