"""Export of pages that work offline."""
