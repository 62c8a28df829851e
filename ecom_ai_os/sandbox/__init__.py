"""A simulated business behind faithful copies of the vendors' APIs; nothing else imports it."""
