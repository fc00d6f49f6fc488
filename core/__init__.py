"""What every room stands on; it knows no page and no person."""
