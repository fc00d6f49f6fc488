"""Areas, offices, people, sign-in, who may do what, and who did what."""
