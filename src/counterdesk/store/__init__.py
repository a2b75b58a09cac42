"""The encrypted local database: opening, the one writer, transactions, keys, journal, backup."""
