"""What scripts/demo shows: each step for a person to watch, each refusal expected."""
