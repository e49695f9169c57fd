"""The normalized records that every room passes around. No behaviour beyond reading themselves."""
