"""The rules that test the plans' figures against each other; `geo.plans.reconcile` runs them.

`interval` says what a printed number can stand for, `records` what a comparison is, `book` finds
the numbers that belong together, `words` says what was found; each rule is a module of its own.
"""
