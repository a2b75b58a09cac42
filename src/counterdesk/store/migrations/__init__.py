"""Steps from one version of the ledger to the next."""
