"""What all experiments use: files, progress, stopping, statistics, style."""
