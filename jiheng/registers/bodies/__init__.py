"""The register of bodies: the tree on any day, changes between years, and figures told anew by today's bodies."""
