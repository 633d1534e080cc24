"""Ex-ante appraisal: no conclusion, no entry to the library."""
