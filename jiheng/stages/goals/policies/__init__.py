"""Goals of policies and the goals of their projects: who carries what, and what nobody carries."""
