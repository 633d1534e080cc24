"""The writes of evaluation: self-evaluation, draws and re-checks, evaluations on scorecards."""
