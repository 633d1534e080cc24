"""Money shared out among bodies, the results of evaluations among the factors."""
