"""``make bench``: how fast the product is at 10,000, 100,000 and 1,000,000 sites, beside floors measured in the same run."""
