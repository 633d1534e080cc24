"""Giving results back (反馈): sorted, analysed, sent to the unit by a day, signed for."""
