"""Measures: weekly, at the end of a run, by place, and counterfactual."""
