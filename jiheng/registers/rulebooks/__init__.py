"""Departments' own rules of performance management (部门制度办法), and the one who does it full-time (专职人员)."""
