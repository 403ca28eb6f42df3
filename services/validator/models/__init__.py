"""What the validator keeps and hands around: values without behaviour of their own."""
