"""What is measured: weekly, at the end of a run, by place, and against a run that differs."""
