"""A run told in sentences, in Dutch and English."""
