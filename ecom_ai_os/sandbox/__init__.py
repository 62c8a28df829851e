"""A simulated business behind faithful copies of the vendors' HTTP APIs; nothing else imports it."""
