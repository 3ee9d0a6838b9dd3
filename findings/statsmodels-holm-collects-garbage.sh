#!/usr/bin/env bash
# statsmodels 0.15.0: every Holm correction runs Python's whole garbage collector.
#
# Expected: multipletests(p, method="holm") sorts and multiplies some numbers; its time depends on how many p-values there are.
# Happens:  each call makes a full collection, so its time depends on how many objects the program holds; other methods make none.
# Seen:     full collections in 20 calls: holm 20, bonferroni 0, fdr_bh 0
#           20 calls on 10 p-values, with three million objects more in the program: holm over 20 times as long as before; fdr_bh not
# Why:      the branch for Holm calls gc.collect() to free a temporary array.
# Matters:  who corrects in a loop (per table, per outcome, per example of a property test) pays some tenths of a second for ten numbers.
#           A test of ours took 17 seconds for a hundred short lists; the product has a Holm of its own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check \
  statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 patsy==1.0.3
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import gc
import sys
import time

from statsmodels.stats.multitest import multipletests

P = [0.001, 0.004, 0.01, 0.02, 0.03, 0.04, 0.2, 0.5, 0.7, 0.9]
CALLS = 20
full = 0


def count(phase, info):
    global full
    full += phase == "start" and info["generation"] == 2


def calls(method):
    """Full collections and seconds."""
    global full
    full, began = 0, time.perf_counter()
    for _ in range(CALLS):
        multipletests(P, method=method)
    return full, time.perf_counter() - began


gc.callbacks.append(count)
calls("holm")
before = {method: calls(method) for method in ("holm", "bonferroni", "fdr_bh")}
kept = [[number] for number in range(3_000_000)]  # a program that holds something
gc.collect()
after = {method: calls(method) for method in before}
print(f"full collections in {CALLS} calls:", ", ".join(f"{method} {n}" for method, (n, _) in before.items()))
for method in before:
    print(f"{method:10}  {before[method][1]:7.3f} s, with {len(kept):,} lists in memory {after[method][1]:7.3f} s")
same = before["holm"][0] == CALLS and before["fdr_bh"][0] == 0 and after["holm"][1] > 5 * before["holm"][1]
print("as described" if same else "this has changed")
sys.exit(not same)
PYTHON
