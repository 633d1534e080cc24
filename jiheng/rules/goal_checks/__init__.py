"""Checks of performance goals before anybody reviews them: one file a check, in `checks/`."""
