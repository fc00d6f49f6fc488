"""Laws by date, causes of violation, fines, statutory deadlines and the working-day calendar."""
