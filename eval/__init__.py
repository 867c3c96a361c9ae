"""Questions with known answers in, figures out."""
