"""The yearly plan of evaluations: what is chosen and why, held against the shares that the place demands."""
