"""The enterprise ledger of a county: read, judged row by row, compared with what is on record, stored in one go."""
