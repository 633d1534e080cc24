"""The style guide: every shared piece on a few pages, looked at in a browser and used by its tests."""
