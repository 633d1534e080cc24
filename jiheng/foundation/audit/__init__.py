"""The audit chain: every act of every place, each entry sealed with the one before."""
