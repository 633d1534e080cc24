"""Key reviews of goals: the year's list, the line to pass, the money agreed, the reward for good departments."""
