"""Documents on paper: official forms and reports as PDF, reports as Word."""
