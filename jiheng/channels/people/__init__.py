"""Who serves where: people and appointments in the hands of the security administrator."""
