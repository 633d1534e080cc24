"""What results do: budget consequences and rectification."""
