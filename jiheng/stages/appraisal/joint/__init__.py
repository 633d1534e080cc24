"""The review of an appraisal by several parties."""
