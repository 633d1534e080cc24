"""What the law says: pure Python, no web, no database, no clock."""
