"""Recording of runs, week by week, for the page."""
