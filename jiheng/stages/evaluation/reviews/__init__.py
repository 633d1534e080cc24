"""The review of an evaluation's indicators and report in the steps of the place's table, experts among them."""
