"""What joins duties, money and indicators: the rows of whole departments' goals, and the map of gaps."""
