"""One module per version, numbered; a released one is never edited."""
