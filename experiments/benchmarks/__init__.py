"""Speed and memory, beside a plain Mesa model."""
