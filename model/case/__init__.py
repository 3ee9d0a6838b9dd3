"""Cases: a neighbourhood's figures, layout, planned events and sources, and the scenario files that ship."""
