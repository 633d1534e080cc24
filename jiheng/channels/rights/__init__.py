"""Why somebody sees a record and what they may do with it: the access rules themselves, asked and put into words."""
