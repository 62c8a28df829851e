"""The AI operating system for online shops: what a shop knows, shaped daily into decisions."""
