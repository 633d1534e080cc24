"""The work of an evaluation before its report: work plan, material asked of the unit, visits, questionnaires, experts."""
