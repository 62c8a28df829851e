"""What the workflows write and read: their public tables and the SQL that fills their inputs."""
